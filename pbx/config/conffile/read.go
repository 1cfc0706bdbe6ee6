package conffile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Limits of one reading. A configuration past them is refused with an error.
const (
	MaxLine      = 64 << 10 // bytes of one line
	MaxBytes     = 16 << 20 // bytes of all files, each counted as often as it is included
	MaxFiles     = 10_000   // files opened
	MaxDepth     = 16       // includes within includes
	MaxSections  = 100_000
	MaxVariables = 300_000    // inherited copies count
	MaxAppended  = 8 << 10    // bytes of a value that "+=" made
	MaxSearch    = 10_000_000 // sections looked at for "(+)"
	MaxFindings  = 1_000      // findings kept; later ones are dropped, but never the only error
)

// Read reads the file name of fsys with everything that it includes. Names of
// includes are relative to the root of fsys, as Asterisk's are to its
// configuration directory. The File is never nil; where a finding is an Error
// it holds what was understood.
func Read(fsys fs.FS, name string) (*File, []Finding) {
	r := &reader{
		fsys:    fsys,
		file:    &File{Name: name},
		byName:  map[string][]*Section{},
		lastVar: map[*Section]map[string]int{},
		bytes:   MaxBytes,
		files:   MaxFiles,
	}
	r.readFile(name, place{file: name})
	return r.file, r.findings
}

// errStop ends a reading whose limits are used up.
var errStop = errors.New("limit reached")

type place struct {
	file string
	line int
}

// reader is the state of one Read, owned by it.
type reader struct {
	fsys     fs.FS
	file     *File
	open     *Section              // takes the next variable
	byName   map[string][]*Section // templates too, in order
	lastVar  map[*Section]map[string]int
	stack    []string // files being read, outermost first
	bytes    int64    // what may still be read
	files    int
	search   int
	sections int
	vars     int
	findings []Finding
}

func (r *reader) report(code string, sev Severity, at place, format string, args ...any) {
	if len(r.findings) >= MaxFindings {
		if sev == Error && !HasErrors(r.findings) {
			r.findings[len(r.findings)-1] = Finding{code, sev, at.file, at.line, fmt.Sprintf(format, args...)}
		}
		return
	}
	r.findings = append(r.findings, Finding{code, sev, at.file, at.line, fmt.Sprintf(format, args...)})
}

func (r *reader) limit(at place, what string, n int) error {
	r.report(CodeLimit, Error, at, "the configuration has more than %d %s; reading stops here", n, what)
	return errStop
}

// readFile reads one file; from is the line that asks for it.
func (r *reader) readFile(name string, from place) error {
	for _, open := range r.stack {
		if open == name {
			r.report(CodeIncludeCycle, Error, from, "%q is being read already; it cannot include itself", name)
			return nil
		}
	}
	if len(r.stack) >= MaxDepth {
		r.report(CodeLimit, Error, from, "includes are nested deeper than %d", MaxDepth)
		return nil
	}
	if r.files--; r.files < 0 {
		return r.limit(from, "files", MaxFiles)
	}
	text, err := r.slurp(name)
	if err != nil {
		r.report(CodeIncludeMissing, Error, from, "%q cannot be read: %s", name, reason(err))
		return nil
	}
	if r.bytes -= int64(len(text)); r.bytes < 0 {
		return r.limit(from, "bytes", MaxBytes)
	}
	r.stack = append(r.stack, name)
	defer func() { r.stack = r.stack[:len(r.stack)-1] }()
	return r.readLines(name, bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
}

// slurp reads at most one byte past what is allowed.
func (r *reader) slurp(name string) ([]byte, error) {
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, r.bytes+1))
}

// reason is the cause without the path that the finding names already.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

func (r *reader) readLines(name string, text []byte) error {
	var c comments
	for line := 1; len(text) > 0; line++ {
		raw, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		at := place{name, line}
		if len(raw) > MaxLine {
			r.report(CodeLineLong, Error, at, "the line is longer than %d bytes", MaxLine)
			continue
		}
		s := trim(c.strip(string(raw), line))
		if s == "" {
			continue
		}
		if err := r.line(s, at); err != nil {
			return err
		}
	}
	if c.depth > 0 {
		r.report(CodeCommentOpen, Warning, place{name, c.line}, "the comment \";--\" is not closed by \"--;\"; it ends with the file")
	}
	return nil
}

// trim takes blanks and control characters off both ends.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

func (r *reader) line(s string, at place) error {
	switch s[0] {
	case '[':
		return r.header(s, at)
	case '#':
		return r.directive(s, at)
	default:
		return r.variable(s, at)
	}
}
