package conffile

import "strings"

// comments strips the comments of one file's lines. A block ";-- … --;" may
// span lines and nest; it ends with its file. Owned by one reading.
type comments struct {
	depth int
	line  int // where the outermost open block began
}

// strip is the text of a line without its comments and with "\;" resolved.
func (c *comments) strip(s string, line int) string {
	if c.depth == 0 && strings.IndexByte(s, ';') < 0 {
		return s
	}
	var out strings.Builder
	start := 0 // nothing before it takes part in a mark any more
	for i := 0; i < len(s); i++ {
		if s[i] != ';' {
			if c.depth == 0 && !(s[i] == '\\' && i+1 < len(s) && s[i+1] == ';') {
				out.WriteByte(s[i])
			}
			continue
		}
		rest := s[i+1:]
		switch {
		case i > 0 && s[i-1] == '\\':
			if c.depth == 0 {
				out.WriteByte(';')
			}
		case strings.HasPrefix(rest, "--") && !strings.HasPrefix(rest, "---"):
			if c.depth == 0 {
				c.line = line
			}
			c.depth++
			i += 2
			start = i + 1
		case c.depth > 0 && i >= start+2 && s[i-2:i] == "--":
			c.depth--
			start = i + 1
		case c.depth == 0:
			return out.String()
		}
	}
	return out.String()
}
