package signin

import (
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

type memory struct{ hash string }

func (m *memory) PasswordHash() (string, error)  { return m.hash, nil }
func (m *memory) SetPasswordHash(h string) error { m.hash = h; return nil }

type box struct {
	t      *testing.T
	keeper memory
	gate   *Gate
	mux    *http.ServeMux
	now    time.Time
}

func newBox(t *testing.T) *box {
	b := &box{t: t, now: time.Unix(1e9, 0), mux: http.NewServeMux()}
	b.start()
	return b
}

func (b *box) start() {
	var err error
	b.gate, err = New(Config{&b.keeper, rand.Reader, func() time.Time { return b.now }, slog.New(slog.DiscardHandler)})
	if err != nil {
		b.t.Fatal(err)
	}
	b.mux = http.NewServeMux()
	b.gate.Routes(b.mux)
	b.mux.Handle("/api/secret", b.gate.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "in") })))
}

// do sends a request as a browser of our own page does and returns the status.
func (b *box) do(method, path, body, cookie string, edit ...func(*http.Request)) (*http.Response, int) {
	b.t.Helper()
	r := httptest.NewRequest(method, "http://box"+path, strings.NewReader(body))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: cookie})
	}
	for _, f := range edit {
		f(r)
	}
	w := httptest.NewRecorder()
	b.mux.ServeHTTP(w, r)
	return w.Result(), w.Code
}

func (b *box) cookie(res *http.Response) string {
	for _, c := range res.Cookies() {
		if c.Name == cookieName {
			if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
				b.t.Errorf("cookie %+v can be read or sent by others", c)
			}
			return c.Value
		}
	}
	return ""
}

const goodPassword = "a quiet Kestrel 4417"

func TestTheSetupCodeWorksOnceAndThePasswordAfterwards(t *testing.T) {
	b := newBox(t)
	code := b.gate.SetupCode()
	if len(code) != 19 {
		t.Fatalf("code %q", code)
	}
	body := `{"code":"` + strings.ToLower(code) + `","password":"` + goodPassword + `"}`
	res, status := b.do("POST", "/api/setup", body, "")
	if status != http.StatusNoContent {
		t.Fatalf("setup: %d", status)
	}
	if _, s := b.do("GET", "/api/secret", "", b.cookie(res)); s != http.StatusOK {
		t.Errorf("signed in, but refused: %d", s)
	}
	if _, s := b.do("POST", "/api/setup", body, ""); s != http.StatusForbidden {
		t.Errorf("the code works twice: %d", s)
	}
	b.start() // a restart forgets sessions, not the password
	if b.gate.SetupCode() != "" {
		t.Error("a box with a password prints a setup code")
	}
	if _, s := b.do("GET", "/api/secret", "", b.cookie(res)); s != http.StatusUnauthorized {
		t.Errorf("an old session survives: %d", s)
	}
	res, s := b.do("POST", "/api/session", `{"password":"`+goodPassword+`"}`, "chosen-by-attacker")
	if s != http.StatusNoContent || b.cookie(res) == "chosen-by-attacker" {
		t.Errorf("sign-in: %d, cookie %q", s, b.cookie(res))
	}
	token := b.cookie(res)
	if _, s := b.do("DELETE", "/api/session", "", token); s != http.StatusNoContent {
		t.Errorf("sign-out: %d", s)
	}
	if _, s := b.do("GET", "/api/secret", "", token); s != http.StatusUnauthorized {
		t.Errorf("signed out, but let in: %d", s)
	}
}

func TestASetupCodeRunsOut(t *testing.T) {
	b := newBox(t)
	b.now = b.now.Add(SetupWindow)
	if _, s := b.do("POST", "/api/setup", `{"code":"`+b.gate.SetupCode()+`","password":"`+goodPassword+`"}`, ""); s != http.StatusForbidden {
		t.Errorf("status %d", s)
	}
}

func TestAnotherSiteCannotActForTheOwner(t *testing.T) {
	b := newBox(t)
	token, _ := b.gate.sessions.New(b.now, rand.Reader)
	cross := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	origin := func(r *http.Request) {
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Set("Origin", "http://evil.example")
	}
	for _, edit := range []func(*http.Request){cross, origin} {
		if _, s := b.do("POST", "/api/secret", "", token, edit); s != http.StatusForbidden {
			t.Errorf("status %d", s)
		}
	}
}

func TestAGuesserIsStoppedAndTheOwnerElsewhereIsNot(t *testing.T) {
	b := newBox(t)
	b.keeper.hash, _ = HashPassword(goodPassword, rand.Reader)
	b.start()
	from := func(addr string) func(*http.Request) { return func(r *http.Request) { r.RemoteAddr = addr } }
	for i := range attemptsPerSource + 1 {
		_, s := b.do("POST", "/api/session", `{"password":"wrong wrong"}`, "", from("192.0.2.1:999"))
		if want := map[bool]int{true: 403, false: 429}[i < attemptsPerSource]; s != want {
			t.Errorf("guess %d: %d, want %d", i+1, s, want)
		}
	}
	if _, s := b.do("POST", "/api/session", `{"password":"`+goodPassword+`"}`, "", from("192.0.2.1:999")); s != 429 {
		t.Errorf("the guesser's right answer is read: %d", s)
	}
	if _, s := b.do("POST", "/api/session", `{"password":"`+goodPassword+`"}`, "", from("192.0.2.2:999")); s != 204 {
		t.Errorf("the owner is locked out: %d", s)
	}
	b.now = b.now.Add(attemptWindow + time.Second)
	if _, s := b.do("POST", "/api/session", `{"password":"`+goodPassword+`"}`, "", from("192.0.2.1:999")); s != 204 {
		t.Errorf("still refused after the window: %d", s)
	}
}

func TestManyAddressesTogetherAreStoppedToo(t *testing.T) {
	var a Attempts
	now := time.Unix(1e9, 0)
	for i := range 2 * sourcesKept {
		a.Wrong(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), now)
	}
	if ok, _ := a.Allowed(netip.MustParseAddr("2001:db8::1"), now); ok {
		t.Error("the total does not count")
	}
	if len(a.by) > sourcesKept {
		t.Errorf("%d sources kept", len(a.by))
	}
}

func TestBadBodiesGetAClearAnswer(t *testing.T) {
	b := newBox(t)
	for body, want := range map[string]int{
		"":             400,
		"{":            400,
		`{"code":1}`:   400,
		`{"who":"me"}`: 400,
		`{"code":"` + strings.Repeat("x", maxBody) + `"}`:                    400,
		`{"code":"` + b.gate.SetupCode() + `","password":"short"}`:           422,
		`{"code":"` + b.gate.SetupCode() + `","password":"1234567890"}`:      422,
		`{"code":"` + b.gate.SetupCode() + `","password":"aaaaaaaaaaaaaaa"}`: 422,
		`{"code":"0000-0000-0000-0000","password":"` + goodPassword + `"}`:   403,
	} {
		res, s := b.do("POST", "/api/setup", body, "")
		text, _ := io.ReadAll(res.Body)
		if s != want || !strings.Contains(string(text), `"error":`) {
			t.Errorf("%.40q: %d %s, want %d", body, s, text, want)
		}
	}
}

func TestSessionsAreBoundedAndEnd(t *testing.T) {
	var s Sessions
	now := time.Unix(1e9, 0)
	first, _ := s.New(now, rand.Reader)
	for range sessionsKept {
		now = now.Add(time.Second)
		if _, err := s.New(now, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	if s.Valid(first, now) || len(s.m) > sessionsKept {
		t.Errorf("%d sessions kept", len(s.m))
	}
	idle, _ := s.New(now, rand.Reader)
	if !s.Valid(idle, now.Add(sessionIdle)) || s.Valid(idle, now.Add(3*sessionIdle)) {
		t.Error("an idle session does not end when it should")
	}
}

func TestADamagedHashIsAnErrorAndCostsNothing(t *testing.T) {
	for _, h := range []string{"", "x", "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAAAAAAA$AAAA", "$argon2i$v=19$m=1,t=1,p=1$$"} {
		if ok, err := VerifyPassword(h, "x"); ok || err == nil {
			t.Errorf("%q: %v, %v", h, ok, err)
		}
	}
}

func FuzzVerifyPassword(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x")
	f.Fuzz(func(t *testing.T, hash, p string) {
		if ok, _ := VerifyPassword(hash, p); ok && !strings.HasPrefix(hash, "$argon2id$") {
			t.Error("a hash that is none matches")
		}
	})
}
