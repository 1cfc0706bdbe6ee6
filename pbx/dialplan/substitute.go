package dialplan

import (
	"strconv"
	"strings"
)

// The bounds of one substitution: how deep references nest, and how long its
// text may become in bytes. What is past them is left out.
const (
	maxDepth = 32
	maxText  = 16 << 10
)

// Scope is where references are looked up.
type Scope interface {
	// Var reads ${name}; false when there is none.
	Var(name string) (string, bool)
	// Func reads ${name(args)}; "" when it fails.
	Func(name, args string) string
}

// Substitute replaces the references in text: ${VAR}, ${VAR:offset[:length]},
// ${FUNC(args)} and $[expression], each of which may hold others. Offsets and
// lengths count bytes; negative ones count from the end. An unclosed
// reference takes the rest of the text.
func Substitute(s Scope, text string) string { return substitute(s, text, 0) }

func substitute(s Scope, text string, depth int) string {
	if !strings.Contains(text, "${") && !strings.Contains(text, "$[") {
		return clip(text)
	}
	if depth >= maxDepth {
		return ""
	}
	var out strings.Builder
	for text != "" && out.Len() < maxText {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 == len(text) {
			out.WriteString(text)
			break
		}
		out.WriteString(text[:i])
		kind := text[i+1]
		if kind != '{' && kind != '[' {
			out.WriteByte('$')
			text = text[i+1:]
			continue
		}
		body, rest, closed := cutClosing(text[i+2:], kind)
		text = rest
		if !closed {
			break
		}
		body = substitute(s, body, depth+1)
		if kind == '[' {
			out.WriteString(Eval(body))
		} else {
			out.WriteString(reference(s, body))
		}
	}
	return clip(out.String())
}

func clip(s string) string { return s[:min(len(s), maxText)] }

// cutClosing parts s at the bracket that closes one opened before it.
func cutClosing(s string, open byte) (body, rest string, closed bool) {
	end := byte('}')
	if open == '[' {
		end = ']'
	}
	for i, depth := 0, 1; i < len(s); i++ {
		switch s[i] {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return s[:i], s[i+1:], true
			}
		}
	}
	return "", "", false
}

// reference reads the inside of ${…}: a name or a call, and a substring of it.
func reference(s Scope, body string) string {
	name, cut := body, ""
	parens, call := 0, false
	for i := range len(body) {
		c := body[i]
		if c == '(' {
			parens, call = parens+1, true
		} else if c == ')' {
			parens--
		} else if c == ':' && parens == 0 {
			name, cut = body[:i], body[i+1:]
			break
		}
	}
	var value string
	if call {
		f, args := splitApp(name)
		value = s.Func(f, args)
	} else {
		value, _ = s.Var(name)
	}
	if cut == "" {
		return value
	}
	return substring(value, cut)
}

// substring cuts value by `offset[:length]`.
func substring(value, spec string) string {
	first, second, _ := strings.Cut(spec, ":")
	offset, ok := leadingInt(first)
	if !ok {
		return value
	}
	if offset < 0 {
		offset = max(len(value)+offset, 0)
	}
	value = value[min(offset, len(value)):]
	length, ok := leadingInt(second)
	switch {
	case !ok:
		return value
	case length < 0:
		return value[:max(len(value)+length, 0)]
	default:
		return value[:min(length, len(value))]
	}
}

// leadingInt reads the number that s begins with, blanks before it skipped.
func leadingInt(s string) (int, bool) {
	s = strings.TrimLeft(s, " \t")
	n := 0
	if n < len(s) && (s[n] == '-' || s[n] == '+') {
		n++
	}
	for n < len(s) && s[n] >= '0' && s[n] <= '9' && n < 10 {
		n++
	}
	v, err := strconv.Atoi(s[:n])
	return v, err == nil
}
