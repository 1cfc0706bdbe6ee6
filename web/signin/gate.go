package signin

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

const cookieName = "timbre_session"

// maxBody bounds the JSON bodies of this package's routes, in octets.
const maxBody = 4 << 10

// Keeper remembers the hash of the owner's password across restarts.
type Keeper interface {
	PasswordHash() (string, error) // "" when none was chosen yet
	SetPasswordHash(hash string) error
}

// Config is what a Gate is made of.
type Config struct {
	Keeper Keeper
	Random io.Reader
	Now    func() time.Time
	Log    *slog.Logger
}

// Gate is the way in. It is a monitor.
type Gate struct {
	cfg      Config
	sessions Sessions
	attempts Attempts
	origin   *http.CrossOriginProtection

	mu   sync.Mutex // also keeps two setups from winning, and bounds hashing to one at a time
	code Code
}

// New makes a gate. When no password was chosen yet it draws a setup code.
func New(cfg Config) (*Gate, error) {
	g := &Gate{cfg: cfg, origin: http.NewCrossOriginProtection()}
	hash, err := cfg.Keeper.PasswordHash()
	if err != nil {
		return nil, err
	}
	if hash == "" {
		g.code, err = NewCode(cfg.Now(), cfg.Random)
	}
	return g, err
}

// SetupCode is the code to print, empty when a password was chosen.
func (g *Gate) SetupCode() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.code.String()
}

// Routes adds the gate's own routes to mux: GET /api/session says where one
// stands, POST /api/setup and /api/session let in, DELETE /api/session out.
func (g *Gate) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/session", g.status)
	mux.Handle("POST /api/setup", g.origin.Handler(http.HandlerFunc(g.setup)))
	mux.Handle("POST /api/session", g.origin.Handler(http.HandlerFunc(g.signIn)))
	mux.Handle("DELETE /api/session", g.origin.Handler(http.HandlerFunc(g.signOut)))
}

// Require lets only signed-in requests of our own pages through to next.
func (g *Gate) Require(next http.Handler) http.Handler {
	return g.origin.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.signedIn(r) {
			refuse(w, http.StatusUnauthorized, "Sign in first.")
			return
		}
		next.ServeHTTP(w, r)
	}))
}

func (g *Gate) signedIn(r *http.Request) bool {
	c, err := r.Cookie(cookieName)
	return err == nil && g.sessions.Valid(c.Value, g.cfg.Now())
}

func (g *Gate) status(w http.ResponseWriter, r *http.Request) {
	hash, err := g.cfg.Keeper.PasswordHash()
	if err != nil {
		g.broken(w, "reading the password", err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]bool{"signedIn": g.signedIn(r), "needsSetup": hash == ""})
}

// answer is what the forms send.
type answer struct {
	Code     string `json:"code"`
	Password string `json:"password"`
}

func (g *Gate) setup(w http.ResponseWriter, r *http.Request) {
	a, src, ok := g.read(w, r)
	if !ok {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.code.Matches(a.Code, g.cfg.Now()) {
		g.attempts.Wrong(src, g.cfg.Now())
		g.cfg.Log.Warn("setup code refused", "remote", src)
		refuse(w, http.StatusForbidden, "That is not the setup code, or its time is over. Restart the box to get a new one.")
		return
	}
	if err := CheckPassword(a.Password); err != nil {
		refuse(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	hash, err := HashPassword(a.Password, g.cfg.Random)
	if err == nil {
		err = g.cfg.Keeper.SetPasswordHash(hash)
	}
	if err != nil {
		g.broken(w, "keeping the password", err)
		return
	}
	g.code = Code{}
	g.open(w, src)
}

func (g *Gate) signIn(w http.ResponseWriter, r *http.Request) {
	a, src, ok := g.read(w, r)
	if !ok {
		return
	}
	hash, err := g.cfg.Keeper.PasswordHash()
	if err != nil {
		g.broken(w, "reading the password", err)
		return
	}
	if hash == "" {
		refuse(w, http.StatusConflict, "No password was chosen yet. Use the setup code.")
		return
	}
	g.mu.Lock()
	right, err := VerifyPassword(hash, a.Password)
	g.mu.Unlock()
	switch {
	case err != nil:
		g.broken(w, "checking the password", err)
	case !right:
		g.attempts.Wrong(src, g.cfg.Now())
		g.cfg.Log.Warn("password refused", "remote", src)
		refuse(w, http.StatusForbidden, "That is not the password.")
	default:
		g.open(w, src)
	}
}

func (g *Gate) signOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(cookieName); err == nil {
		g.sessions.End(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.WriteHeader(http.StatusNoContent)
}

// open answers with a new session, never one that the request brought.
func (g *Gate) open(w http.ResponseWriter, src netip.Addr) {
	token, err := g.sessions.New(g.cfg.Now(), g.cfg.Random)
	if err != nil {
		g.broken(w, "opening a session", err)
		return
	}
	g.attempts.Right(src)
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: token, Path: "/", MaxAge: int(sessionLife.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.WriteHeader(http.StatusNoContent)
}

var errNoAddress = errors.New("no remote address")

// read takes the body of a form, bounded, from a source that may still try.
func (g *Gate) read(w http.ResponseWriter, r *http.Request) (answer, netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		g.broken(w, r.RemoteAddr, errNoAddress)
		return answer{}, netip.Addr{}, false
	}
	src := peer.Addr().Unmap()
	if ok, wait := g.attempts.Allowed(src, g.cfg.Now()); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		refuse(w, http.StatusTooManyRequests, "Too many wrong answers. Wait some minutes.")
		return answer{}, src, false
	}
	var a answer
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		refuse(w, http.StatusBadRequest, "The form could not be read: "+err.Error())
		return answer{}, src, false
	}
	return a, src, true
}

func (g *Gate) broken(w http.ResponseWriter, doing string, err error) {
	g.cfg.Log.Error("sign-in failed", "doing", doing, "error", err)
	refuse(w, http.StatusInternalServerError, "The box could not do that; its log says why.")
}

func refuse(w http.ResponseWriter, status int, why string) {
	writeJSON(w, status, map[string]string{"error": why})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone when this fails
}
