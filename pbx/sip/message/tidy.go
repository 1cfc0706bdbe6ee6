package message

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// tidy is the value of f without the white space that RFC 3261 §7.3.1 allows
// around separators and that sipgo's parsers stumble over.
func tidy(f field) string {
	switch f.name {
	case "Via":
		return squeeze(f.value, "/;=,")
	case "From", "To", "Contact", "Route", "Record-Route", "Refer-To", "Referred-By":
		return squeeze(f.value, ";=,")
	case "CSeq":
		return strings.Join(strings.Fields(f.value), " ")
	}
	return f.value
}

// squeeze removes blanks around the bytes of seps and runs of blanks
// elsewhere, outside quotes and angle brackets.
func squeeze(s, seps string) string {
	if !strings.ContainsAny(s, " \t") {
		return s
	}
	out := make([]byte, 0, len(s))
	quoted, angled, blank := false, false, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if quoted || angled {
			out = append(out, c)
			switch {
			case quoted && c == '\\' && i+1 < len(s):
				i++
				out = append(out, s[i])
			case quoted && c == '"':
				quoted = false
			case angled && c == '>':
				angled = false
			}
			continue
		}
		if c == ' ' || c == '\t' {
			blank = true
			continue
		}
		sep := strings.IndexByte(seps, c) >= 0
		if blank && !sep && len(out) > 0 && strings.IndexByte(seps, out[len(out)-1]) < 0 {
			out = append(out, ' ')
		}
		blank = false
		out = append(out, c)
		quoted, angled = c == '"', c == '<'
	}
	return string(out)
}

// requestURI parses a Request-URI. Status is 0, 400 or 416.
func requestURI(s string) (uri sip.Uri, status int) {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || strings.ContainsAny(s, "<>\"") || !isScheme(scheme) {
		return uri, 400
	}
	switch strings.ToLower(scheme) {
	case "sip", "sips":
	case "tel": // RFC 3966
		if rest == "" || sip.ParseUri(s, &uri) != nil {
			return uri, 400
		}
		return uri, 0
	default:
		return uri, 416
	}
	// RFC 3261 §19.1.1: no headers in a Request-URI. The user part may hold
	// '?' and ';', which sipgo would take for separators.
	user, host, found := strings.Cut(rest, "@")
	if !found {
		user, host = "", rest
	}
	if strings.Contains(host, "?") || strings.Contains(host, "@") || host == "" {
		return uri, 400
	}
	if found {
		user = strings.NewReplacer(";", "%3B", "?", "%3F").Replace(user)
		host = user + "@" + host
	}
	if sip.ParseUri(scheme+":"+host, &uri) != nil || uri.Host == "" || uri.Port < 0 || uri.Port > 65535 {
		return sip.Uri{}, 400
	}
	return uri, 0
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || strings.IndexByte("+-.", c) >= 0)) {
			return false
		}
	}
	return s != ""
}
