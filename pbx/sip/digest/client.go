package digest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Authorize answers a WWW-Authenticate or Proxy-Authenticate header for our
// own request of method to uri. Cnonce is fresh randomness of the caller's; nc
// is always 1, for a nonce is used once. The caller has made sure that the
// challenger may see an answer at all.
func Authorize(challenge sip.Header, method, uri, user, password, cnonce string) (sip.Header, error) {
	p, err := parseParams(challenge.Value())
	if err != nil {
		return nil, err
	}
	a, ok := algorithm(p["algorithm"])
	if !ok {
		return nil, fmt.Errorf("sip/digest: unknown algorithm %.20q", p["algorithm"])
	}
	if p["nonce"] == "" {
		return nil, errMalformed
	}
	qop := ""
	if p["qop"] != "" {
		if !slices.ContainsFunc(strings.Split(p["qop"], ","), func(q string) bool { return strings.TrimSpace(q) == "auth" }) {
			return nil, fmt.Errorf("sip/digest: no qop of %.20q is known", p["qop"])
		}
		qop = "auth"
	}
	const nc = "00000001"
	response := a.response(HA1(a, user, p["realm"], password), p["nonce"], nc, cnonce, qop, method, uri)
	v := "Digest username=" + quote(user) + ", realm=" + quote(p["realm"]) + ", nonce=" + quote(p["nonce"]) +
		", uri=" + quote(uri) + `, response="` + response + `", algorithm=` + string(a)
	if qop != "" {
		v += ", qop=auth, nc=" + nc + ", cnonce=" + quote(cnonce)
	}
	if o, ok := p["opaque"]; ok {
		v += ", opaque=" + quote(o)
	}
	name := "Authorization"
	if strings.EqualFold(challenge.Name(), "Proxy-Authenticate") {
		name = "Proxy-Authorization"
	}
	return sip.NewHeader(name, v), nil
}
