package dialplan

import (
	"strconv"
	"strings"
)

// SplitArgs parts application arguments at commas that stand outside quotes,
// parentheses and brackets and are not escaped; quotes and backslashes are
// taken away, as applications see them. At most n parts are made (n < 1: no
// bound); the last keeps the commas. An empty text has no parts.
func SplitArgs(args string, n int) []string {
	if args == "" {
		return nil
	}
	var out []string
	var part strings.Builder
	quoted, depth := false, 0
	for i := 0; i < len(args); i++ {
		switch c := args[i]; {
		case c == '\\' && i+1 < len(args):
			i++
			part.WriteByte(args[i])
			continue
		case c == '\\', c == '"':
			quoted = quoted != (c == '"')
			continue
		case quoted:
		case c == '(' || c == '[':
			depth++
		case (c == ')' || c == ']') && depth > 0:
			depth--
		case c == ',' && depth == 0 && (n < 1 || len(out) < n-1):
			out = append(out, part.String())
			part.Reset()
			continue
		}
		part.WriteByte(args[i])
	}
	return append(out, part.String())
}

// Arg is the i-th of parts, "" when there are fewer.
func Arg(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

// Holds says whether the condition of GotoIf, ExecIf or IF() is true: any text
// but none and the number 0.
func Holds(cond string) bool {
	cond = strings.TrimSpace(cond)
	n, err := strconv.Atoi(cond)
	return cond != "" && (err != nil || n != 0)
}
