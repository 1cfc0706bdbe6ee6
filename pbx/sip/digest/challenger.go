package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Config is what a Challenger needs.
type Config struct {
	Realm      string
	Key        []byte        // secret of this boot, 32 bytes
	Algorithms []Algorithm   // offered in this order, one header each; none is MD5 alone
	Life       time.Duration // of a nonce: 60 s when 0
	Replays    int           // nonces whose counts are remembered: 4096 when 0
	Proxy      bool          // Proxy-Authenticate and 407 instead of WWW-Authenticate and 401
}

// Outcome says how a request did.
type Outcome uint8

// The outcomes of Verify.
const (
	OK            Outcome = iota + 1
	NoCredentials         // none for our realm, or malformed: challenge
	Stale                 // a right answer to a nonce too old: challenge with stale=true
	Unknown               // no such user; to be answered exactly as Wrong
	Wrong                 // the password or the nonce is not right
	Replay                // an answer used before
)

// String is the outcome's name for the log.
func (o Outcome) String() string {
	return [...]string{"", "OK", "NoCredentials", "Stale", "Unknown", "Wrong", "Replay"}[o%7]
}

// Result is what Verify found. User is the name claimed, also when it was not proved.
type Result struct {
	Outcome   Outcome
	User      string
	Algorithm Algorithm
}

// Challenger is the server side. Its replay ring is a monitor, all else is
// immutable; any goroutine may use it.
type Challenger struct {
	cfg   Config
	seen  *ring
	dummy Credential // hashed for users that do not exist
}

// New makes a challenger.
func New(cfg Config) *Challenger {
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []Algorithm{MD5}
	}
	if cfg.Life == 0 {
		cfg.Life = time.Minute
	}
	if cfg.Replays == 0 {
		cfg.Replays = 4096
	}
	c := &Challenger{cfg: cfg, seen: newRing(cfg.Replays)}
	c.dummy = Credential{Password: hex.EncodeToString(c.mac("dummy"))}
	return c
}

// Status is the code and reason of a challenge.
func (c *Challenger) Status() (int, string) {
	if c.cfg.Proxy {
		return 407, "Proxy Authentication Required"
	}
	return 401, "Unauthorized"
}

// Challenge is the headers that ask src to prove itself. It keeps nothing.
func (c *Challenger) Challenge(now time.Time, src netip.Addr, stale bool) []sip.Header {
	name := "WWW-Authenticate"
	if c.cfg.Proxy {
		name = "Proxy-Authenticate"
	}
	nonce := c.nonce(now, src)
	var out []sip.Header
	for _, a := range c.cfg.Algorithms {
		v := "Digest realm=" + quote(c.cfg.Realm) + `, nonce="` + nonce + `", algorithm=` + string(a) + `, qop="auth"`
		if stale {
			v += ", stale=true"
		}
		out = append(out, sip.NewHeader(name, v))
	}
	return out
}

// ToTag is the To tag of a stateless answer to req: an HMAC of Call-ID, From
// tag and branch, so that a retransmission gets the same.
func (c *Challenger) ToTag(req *sip.Request) string {
	var call, from, branch string
	if h := req.CallID(); h != nil {
		call = h.Value()
	}
	if h := req.From(); h != nil {
		from, _ = h.Params.Get("tag")
	}
	if h := req.Via(); h != nil {
		branch, _ = h.Params.Get("branch")
	}
	return hex.EncodeToString(c.mac("tag", call, from, branch)[:10])
}

// Verify checks the credentials of req, which came from src. Lookup finds the
// credential of a user name. A user who does not exist costs the same work as
// one who does.
func (c *Challenger) Verify(req *sip.Request, src netip.Addr, now time.Time, lookup func(user string) (Credential, bool)) Result {
	p, ok := c.credentials(req)
	if !ok {
		return Result{Outcome: NoCredentials}
	}
	alg, ok := algorithm(p["algorithm"])
	res := Result{User: p["username"], Algorithm: alg}
	if !ok || !c.offers(alg) || p["qop"] != "auth" || p["cnonce"] == "" || len(p["nc"]) != 8 {
		res.Outcome = NoCredentials
		return res
	}
	nc, err := strconv.ParseUint(p["nc"], 16, 32)
	if err != nil || nc == 0 {
		res.Outcome = NoCredentials
		return res
	}
	cred, known := lookup(res.User)
	known = known && (cred.Username == "" || cred.Username == res.User)
	if !known {
		cred = c.dummy
	}
	ha1 := cred.ha1(alg, res.User, c.cfg.Realm)
	want := alg.response(ha1, p["nonce"], p["nc"], p["cnonce"], "auth", string(req.Method), p["uri"])
	right := subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(p["response"]))) == 1
	made, ours := c.made(p["nonce"], src)
	switch {
	case !known:
		res.Outcome = Unknown
	case !right || ha1 == "" || !sameTarget(p["uri"], req.Recipient):
		res.Outcome = Wrong
	case !ours, now.Sub(made) > c.cfg.Life, made.Sub(now) > c.cfg.Life:
		res.Outcome = Stale // a nonce of before the restart, or of another address, is as good as old
	case !c.seen.use(p["nonce"], uint32(nc)):
		res.Outcome = Replay
	default:
		res.Outcome = OK
	}
	return res
}

// credentials finds the answer for our realm among the headers of req.
func (c *Challenger) credentials(req *sip.Request) (params, bool) {
	name := "Authorization"
	if c.cfg.Proxy {
		name = "Proxy-Authorization"
	}
	for _, h := range req.GetHeaders(name) {
		p, err := parseParams(h.Value())
		if err == nil && p["realm"] == c.cfg.Realm && p["username"] != "" && len(p["username"]) <= 128 {
			return p, true
		}
	}
	return nil, false
}

func (c *Challenger) offers(a Algorithm) bool {
	for _, have := range c.cfg.Algorithms {
		if a == have {
			return true
		}
	}
	return false
}

// sameTarget compares the digest-uri with the Request-URI by user and host:
// phones differ in parameters and ports, and RFC 7616 §3.4.6 asks to see that
// the answer was made for this target.
func sameTarget(digestURI string, target sip.Uri) bool {
	var u sip.Uri
	if len(digestURI) > 1024 || sip.ParseUri(digestURI, &u) != nil {
		return false
	}
	if target.Host == "" {
		return strings.EqualFold(u.Scheme, target.Scheme)
	}
	return strings.EqualFold(u.Host, target.Host) && u.User == target.User
}

// nonce is base64(time ‖ HMAC(time, source, realm)).
func (c *Challenger) nonce(now time.Time, src netip.Addr) string {
	ts := binary.BigEndian.AppendUint64(nil, uint64(now.UnixNano()))
	return base64.StdEncoding.EncodeToString(append(ts, c.nonceMAC(ts, src)...))
}

func (c *Challenger) nonceMAC(ts []byte, src netip.Addr) []byte {
	return c.mac("nonce", string(ts), src.Unmap().WithZone("").String(), c.cfg.Realm)
}

// made is when we made nonce for src, if we did.
func (c *Challenger) made(nonce string, src netip.Addr) (time.Time, bool) {
	raw, err := base64.StdEncoding.Strict().DecodeString(nonce)
	if err != nil || len(raw) != 8+sha256.Size || !hmac.Equal(raw[8:], c.nonceMAC(raw[:8], src)) {
		return time.Time{}, false
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(raw))), true
}

// mac is the HMAC-SHA256 of its parts, each with its length.
func (c *Challenger) mac(parts ...string) []byte {
	h := hmac.New(sha256.New, c.cfg.Key)
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}
