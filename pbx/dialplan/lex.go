package dialplan

import "strings"

// token is one word of an expression.
type token struct {
	op   string // an operator, "word", or "" at the end
	text string // of a word, quotes kept
}

// operators of expressions, the longest first.
var operators = [...]string{
	"||", "&&", "==", "=~", "!=", "<=", ">=", "::", "~~",
	"|", "&", "=", "<", ">", "?", ":", "!", "+", "-", "*", "/", "%", "(", ")", ",",
}

const wordBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.';\\_^#@"

func wordByte(c byte) bool { return c >= 0x80 || strings.IndexByte(wordBytes, c) >= 0 }

// lex parts an expression into tokens; bytes that begin none are skipped.
func lex(s string) []token {
	var out []token
scan:
	for s != "" {
		for _, op := range operators {
			if strings.HasPrefix(s, op) {
				out = append(out, token{op: op})
				s = s[len(op):]
				continue scan
			}
		}
		n := 0
		if s[0] == '"' {
			if end := strings.IndexByte(s[1:], '"'); end >= 0 {
				n = end + 2
			}
		} else {
			for n < len(s) && wordByte(s[n]) {
				n++
			}
		}
		if n > 0 {
			out = append(out, token{op: "word", text: s[:n]})
		}
		s = s[max(n, 1):]
	}
	return out
}
