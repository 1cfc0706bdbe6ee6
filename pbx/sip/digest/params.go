package digest

import (
	"errors"
	"fmt"
	"strings"
)

// MaxHeader is the longest Authorization or WWW-Authenticate value read, in bytes.
const MaxHeader = 2048

const maxParams = 24

var errMalformed = errors.New("sip/digest: malformed digest header")

// params are the parameters of one challenge or of one answer, names in lower case.
type params map[string]string

// parseParams reads `Digest name=value, name="value"`. A doubled name, an open
// quote or another scheme is an error.
func parseParams(s string) (params, error) {
	if len(s) > MaxHeader {
		return nil, errMalformed
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return nil, fmt.Errorf("%w: scheme %.20q", errMalformed, scheme)
	}
	p := make(params)
	for rest = skip(rest); rest != ""; rest = skip(rest) {
		name, after, ok := strings.Cut(rest, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" || strings.ContainsAny(name, "\",") || len(p) == maxParams {
			return nil, errMalformed
		}
		value, left, ok := parseValue(strings.TrimLeft(after, " \t"))
		if _, double := p[name]; !ok || double {
			return nil, errMalformed
		}
		p[name] = value
		if left = strings.TrimLeft(left, " \t"); left != "" && left[0] != ',' {
			return nil, errMalformed
		}
		rest = left
	}
	return p, nil
}

func skip(s string) string { return strings.TrimLeft(s, ", \t") }

// parseValue reads a token or a quoted string from the start of s.
func parseValue(s string) (value, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		i := strings.IndexAny(s, ", \t")
		if i < 0 {
			i = len(s)
		}
		return s[:i], s[i:], i > 0
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return b.String(), s[i+1:], true
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// quote writes s as a quoted string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
