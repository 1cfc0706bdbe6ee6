package dialplan

import "fmt"

// Section is one [section] of extensions.conf as the file reader left it:
// comments gone, `\;` resolved, outer blanks trimmed.
type Section struct {
	Name  string
	Lines []Line
}

// Line is one `Key => Value` with where it stands.
type Line struct {
	Key   string
	Value string
	File  string
	Line  int
}

// Problem is a finding of Compile. None stops the rest from loading.
type Problem struct {
	File string
	Line int
	Text string
}

// String is the finding as `timbre check` prints it.
func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }

func (l Line) problem(format string, args ...any) Problem {
	return Problem{File: l.File, Line: l.Line, Text: fmt.Sprintf(format, args...)}
}
