package message

import (
	"bytes"
	"slices"
	"strings"
)

// Caps on a message before it is parsed. Lengths are in bytes.
const (
	MaxHead        = 8 << 10  // start line and headers of a datagram
	MaxStreamHead  = 16 << 10 // the same on a stream
	MaxBody        = 64 << 10
	MaxHeaders     = 64
	MaxRequestLine = 2 << 10
	MaxURI         = 1 << 10
	MaxToken       = 256 // tags, branches and Call-IDs
	MaxMethod      = 64  // RFC 4475 §3.1.1.2 uses 43
	maxValues      = 32  // values of one list header
)

// field is one header as it came in: unfolded, its name canonical.
type field struct{ name, value string }

// head is a message cut into lines and nothing more.
type head struct {
	start  string
	fields []field
	body   []byte
	reason string // why the message is malformed, "" when it is not
}

// scan cuts data into start line, unfolded fields and body. A line that is
// malformed is left out and the rest is kept, for an answer needs the Via at
// least.
func scan(data []byte) head {
	var h head
	line, rest, ok := cutLine(data)
	if !ok {
		return head{reason: "Start Line Without CRLF"}
	}
	h.start = string(line)
	if hasControl(line) {
		h.reason = "Control Character in Start Line"
	}
	for {
		line, rest, ok = cutLine(rest)
		switch {
		case !ok:
			h.fault("Truncated Header Section")
			return h
		case len(line) == 0:
			h.body = rest
			return h
		case len(h.fields) == MaxHeaders:
			h.fault("Too Many Headers")
			return h
		}
		text := slices.Clip(line) // an append copies it, data stays as it is
		for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
			var more []byte
			if more, rest, ok = cutLine(rest); !ok {
				h.fault("Truncated Header Section")
				return h
			}
			text = append(append(text, ' '), bytes.Trim(more, " \t")...)
			if len(text) > MaxStreamHead {
				h.fault("Header Too Long")
				return h
			}
		}
		h.add(string(text))
	}
}

func (h *head) fault(reason string) {
	if h.reason == "" {
		h.reason = reason
	}
}

func (h *head) add(line string) {
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t")
	if !ok || !isToken(name) {
		h.fault("Malformed Header Line")
		return
	}
	value = dropQuotedControls(strings.Trim(value, " \t"))
	if hasControl([]byte(value)) {
		h.fault("Control Character in Header")
		return
	}
	h.fields = append(h.fields, field{canonicalName(name), value})
}

// cutLine splits at the first CRLF. A lone CR or LF ends no line; it is a
// control character of the line it stands in.
func cutLine(data []byte) (line, rest []byte, ok bool) {
	return bytes.Cut(data, []byte("\r\n"))
}

// dropQuotedControls removes the quoted pairs of control characters that RFC
// 3261 §25.1 allows in a quoted string, so that no name shown later holds one.
func dropQuotedControls(s string) string {
	if !hasControl([]byte(s)) {
		return s
	}
	out := make([]byte, 0, len(s))
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\' && i+1 < len(s):
			if s[i+1] >= ' ' && s[i+1] != 0x7f {
				out = append(out, s[i], s[i+1])
			}
			i++
			continue
		case s[i] == '"':
			quoted = !quoted
		}
		out = append(out, s[i])
	}
	return string(out)
}

func hasControl(b []byte) bool {
	for _, c := range b {
		if (c < ' ' && c != '\t') || c == 0x7f {
			return true
		}
	}
	return false
}

// isToken is RFC 3261 §25.1 token.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && !strings.ContainsRune("-.!%*_+`'~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// canonicalName expands compact forms and gives the headers that we look at
// the case they have in RFC 3261; other names stay as they are.
func canonicalName(name string) string {
	switch strings.ToLower(name) {
	case "i", "call-id":
		return "Call-ID"
	case "m", "contact":
		return "Contact"
	case "e", "content-encoding":
		return "Content-Encoding"
	case "l", "content-length":
		return "Content-Length"
	case "c", "content-type":
		return "Content-Type"
	case "cseq":
		return "CSeq"
	case "f", "from":
		return "From"
	case "max-forwards":
		return "Max-Forwards"
	case "require":
		return "Require"
	case "s":
		return "Subject"
	case "k":
		return "Supported"
	case "t", "to":
		return "To"
	case "v", "via":
		return "Via"
	case "o":
		return "Event"
	case "r", "refer-to":
		return "Refer-To"
	case "b", "referred-by":
		return "Referred-By"
	case "u":
		return "Allow-Events"
	case "x":
		return "Session-Expires"
	}
	return name
}
