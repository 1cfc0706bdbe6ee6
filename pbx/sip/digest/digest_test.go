package digest

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

var (
	t0  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	src = netip.MustParseAddr("192.0.2.7")
)

func lookup(user string) (Credential, bool) {
	switch user {
	case "100":
		return Credential{Username: "100", Password: "secret"}, true
	case "101":
		return Credential{Username: "101", MD5HA1: HA1(MD5, "101", "pbx", "secret")}, true
	}
	return Credential{}, false
}

func challenger(algs ...Algorithm) *Challenger {
	return New(Config{Realm: "pbx", Key: []byte("0123456789abcdef0123456789abcdef"), Algorithms: algs})
}

func register() *sip.Request {
	return sip.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: "pbx.example"})
}

func answered(t *testing.T, c *Challenger, user, password string) *sip.Request {
	t.Helper()
	h, err := Authorize(c.Challenge(t0, src, false)[0], "REGISTER", "sip:pbx.example", user, password, "cn")
	if err != nil {
		t.Fatal(err)
	}
	req := register()
	req.AppendHeader(h)
	return req
}

func TestResponsesOfRFC7616(t *testing.T) {
	// RFC 7616 §3.9.1
	for alg, want := range map[Algorithm]string{
		MD5:    "8ca523f5e9506fed4657c9700eebdbec",
		SHA256: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		got := alg.response(HA1(alg, "Mufasa", "http-auth@example.org", "Circle of Life"),
			"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth", "GET", "/dir/index.html")
		if got != want {
			t.Errorf("%s: %s, want %s", alg, got, want)
		}
	}
}

func TestVerify(t *testing.T) {
	other := netip.MustParseAddr("192.0.2.8")
	tests := []struct {
		name, user, password string
		src                  netip.Addr
		at                   time.Duration
		change               func(*sip.Request)
		want                 Outcome
	}{
		{name: "the right password", user: "100", password: "secret", want: OK},
		{name: "a stored HA1", user: "101", password: "secret", want: OK},
		{name: "a wrong password", user: "100", password: "guess", want: Wrong},
		{name: "a user who does not exist", user: "999", password: "secret", want: Unknown},
		{name: "a nonce of 61 s", user: "100", password: "secret", at: 61 * time.Second, want: Stale},
		{name: "an old nonce and a wrong password", user: "100", password: "x", at: time.Hour, want: Wrong},
		{name: "a nonce made for another address", user: "100", password: "secret", src: other, want: Stale},
		{name: "an answer for another method", user: "100", password: "secret",
			change: func(r *sip.Request) { r.Method = sip.INVITE }, want: Wrong},
		{name: "an answer for another host", user: "100", password: "secret",
			change: func(r *sip.Request) { r.Recipient.Host = "other.example" }, want: Wrong},
		{name: "no credentials", change: func(r *sip.Request) { r.RemoveHeader("Authorization") }, user: "100", want: NoCredentials},
		{name: "another scheme", user: "100", change: func(r *sip.Request) {
			r.ReplaceHeader(sip.NewHeader("Authorization", "NoOneKnowsThisScheme opaque-data=here"))
		}, want: NoCredentials},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := challenger()
			req := answered(t, c, tt.user, tt.password)
			if tt.change != nil {
				tt.change(req)
			}
			if !tt.src.IsValid() {
				tt.src = src
			}
			if got := c.Verify(req, tt.src, t0.Add(tt.at), lookup); got.Outcome != tt.want {
				t.Errorf("got %v, want %v", got.Outcome, tt.want)
			}
		})
	}
}

func TestAnAnswerCountsOnce(t *testing.T) {
	c := challenger()
	req := answered(t, c, "100", "secret")
	for i, want := range []Outcome{OK, Replay, Replay} {
		if got := c.Verify(req, src, t0, lookup); got.Outcome != want {
			t.Errorf("use %d: %v, want %v", i+1, got.Outcome, want)
		}
	}
}

func TestRingAllowsOvertakingAndStaysBounded(t *testing.T) {
	r := newRing(4)
	for _, step := range []struct {
		nc   uint32
		want bool
	}{{1, true}, {3, true}, {2, true}, {2, false}, {3, false}, {100, true}, {3, false}, {37, true}, {36, false}, {37, false}} {
		if got := r.use("n", step.nc); got != step.want {
			t.Errorf("nc %d: %v, want %v", step.nc, got, step.want)
		}
	}
	for _, n := range strings.Split("abcdefghijklmnop", "") {
		r.use(n, 1)
	}
	if len(r.seen) != 4 || len(r.order) != 4 {
		t.Errorf("%d nonces, want 4", len(r.seen))
	}
}

func TestChallengesFollowTheSettingAndSayStale(t *testing.T) {
	if h := challenger().Challenge(t0, src, false); len(h) != 1 || !strings.Contains(h[0].Value(), "algorithm=MD5") {
		t.Errorf("default: %v", h)
	}
	h := challenger(SHA256, MD5).Challenge(t0, src, true)
	if len(h) != 2 || !strings.Contains(h[0].Value(), "algorithm=SHA-256") || !strings.Contains(h[1].Value(), "stale=true") {
		t.Errorf("two algorithms: %v", h)
	}
	c := challenger(SHA256)
	if got := c.Verify(answered(t, c, "100", "secret"), src, t0, lookup); got.Outcome != OK || got.Algorithm != SHA256 {
		t.Errorf("SHA-256: %+v", got)
	}
	md5, sha := challenger(MD5), challenger(SHA256)
	if got := sha.Verify(answered(t, md5, "100", "secret"), src, t0, lookup); got.Outcome != NoCredentials {
		t.Errorf("an algorithm that was not offered: %v", got.Outcome)
	}
}

func TestToTagIsTheSameForARetransmission(t *testing.T) {
	c, req := challenger(), register()
	id := sip.CallIDHeader("c1")
	req.AppendHeader(&id)
	a, b := c.ToTag(req), c.ToTag(req)
	req.AppendHeader(&sip.ViaHeader{Params: sip.HeaderParams{{K: "branch", V: "z9hG4bK2"}}})
	if other := c.ToTag(req); a != b || a == other || a == "" {
		t.Errorf("tags %q %q, another branch %q", a, b, other)
	}
}

func FuzzAuthorization(f *testing.F) {
	c := challenger()
	for _, s := range []string{
		`Digest username="100", realm="pbx", nonce="AAAA", uri="sip:pbx.example", response="00", qop=auth, nc=00000001, cnonce="x"`,
		`Digest a="\"", b=c,,`, "Basic x", "", "Digest", `Digest realm="pbx", realm="pbx"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		req := register()
		req.AppendHeader(sip.NewHeader("Authorization", s))
		if got := c.Verify(req, src, t0, lookup); got.Outcome == OK || got.Outcome == Replay {
			t.Fatalf("%q was accepted", s)
		}
		_, _ = Authorize(sip.NewHeader("WWW-Authenticate", s), "REGISTER", "sip:x", "u", "p", "c")
	})
}
