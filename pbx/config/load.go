package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// Codes of the findings that loading makes, beside those of conffile and schema.
const (
	CodeNoType        = "no-type"         // a section that does not say what it is
	CodeUnknownType   = "unknown-type"    // a section of a kind that has no effect here
	CodeDuplicate     = "duplicate"       // a second object of one kind and name; it is left out
	CodeMissingRef    = "missing-ref"     // a name that no object has
	CodeNoAuth        = "no-auth"         // an endpoint that is believed without a password
	CodeNoCodecs      = "no-codecs"       // an endpoint without a codec
	CodeNoAOR         = "no-aor"          // an endpoint that no call can reach
	CodeBadRange      = "bad-range"       // two values that do not go together
	CodeSharedSecret  = "shared-secret"   // a secret that comes from a template
	CodeTransportKind = "transport-kind"  // a transport protocol that is not served
	CodeNoBind        = "no-bind"         // a transport without an address
	CodeNotEnforced   = "not-enforced"    // a protection that is written and does not act here
	CodeIgnored       = "ignored-section" // a section that has no meaning in its file
)

// loader builds one Snapshot, owned by one Load.
type loader struct {
	fsys     fs.FS
	snap     *Snapshot
	findings []Finding
	sum      hash.Hash
	seen     map[remarked]bool
}

// remarked is a line with a remark of one kind.
type remarked struct {
	code, file string
	line       int
}

func newLoader(fsys fs.FS) *loader {
	return &loader{
		fsys: fsys,
		sum:  sha256.New(),
		seen: map[remarked]bool{},
		snap: &Snapshot{
			endpoints:  map[string]*Endpoint{},
			aors:       map[string]*AOR{},
			auths:      map[string]*Auth{},
			transports: map[string]*Transport{},
			leds:       map[string]*LED{},
		},
	}
}

func (l *loader) report(code string, sev conffile.Severity, at Origin, format string, args ...any) {
	l.findings = append(l.findings, Finding{Code: code, Severity: sev, File: at.File, Line: at.Line, Text: fmt.Sprintf(format, args...)})
}

// read reads one file; nil where it does not exist.
func (l *loader) read(name string) *conffile.File {
	if _, err := fs.Stat(l.fsys, name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f, findings := conffile.Read(l.fsys, name)
	l.findings = append(l.findings, findings...)
	l.hash(f)
	return f
}

// hash adds what a file says, and where, to the revision.
func (l *loader) hash(f *conffile.File) {
	fmt.Fprintf(l.sum, "file %q\n", f.Name)
	for _, s := range f.Sections {
		fmt.Fprintf(l.sum, "section %q %q %d\n", s.Name, s.File, s.Line)
		for _, v := range s.Vars {
			fmt.Fprintf(l.sum, "%q %q %v %q %d\n", v.Key, v.Value, v.Object, v.File, v.Line)
		}
	}
}

func (l *loader) revision() string { return hex.EncodeToString(l.sum.Sum(nil)[:8]) }

// decode fills dst from vars and keeps what has no field. A line of a template is
// remarked on once, not again for each section that inherits it.
func (l *loader) decode(o *schema.Object, dst any, vars []conffile.Variable, what string) []conffile.Variable {
	extra, findings := o.Decode(dst, vars, what)
	unenforced(findings, extra)
	for _, f := range findings {
		k := remarked{f.Code, f.File, f.Line}
		if !l.seen[k] {
			l.seen[k] = true
			l.findings = append(l.findings, f)
		}
	}
	return extra
}

func origin(s *conffile.Section) Origin { return Origin{s.File, s.Line} }

// without is vars without the lines of key.
func without(vars []conffile.Variable, key string) []conffile.Variable {
	out := make([]conffile.Variable, 0, len(vars))
	for _, v := range vars {
		if !strings.EqualFold(v.Key, key) {
			out = append(out, v)
		}
	}
	return out
}

// lineOf is where the last line of key stands, or the section without one.
func lineOf(s *conffile.Section, key string) Origin {
	for i := len(s.Vars) - 1; i >= 0; i-- {
		if strings.EqualFold(s.Vars[i].Key, key) {
			return Origin{s.Vars[i].File, s.Vars[i].Line}
		}
	}
	return origin(s)
}

// put adds obj under name to one kind's list and index; a second one is left out.
func put[T any](l *loader, kind, name string, at Origin, obj *T, list *[]*T, index map[string]*T) bool {
	if _, twice := index[name]; twice {
		l.report(CodeDuplicate, conffile.Warning, at, "a second %s %q is left out", kind, name)
		return false
	}
	index[name] = obj
	*list = append(*list, obj)
	return true
}
