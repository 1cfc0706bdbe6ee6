package conffile

import (
	"errors"
	"io/fs"
	"path"
	"strings"
)

// asteriskEtc is where Asterisk keeps its files; an include that names it means
// the directory that is read.
const asteriskEtc = "/etc/asterisk/"

func (r *reader) directive(s string, at place) error {
	word, arg := s[1:], ""
	if i := strings.IndexAny(word, " \t"); i >= 0 {
		word, arg = word[:i], trim(word[i:])
	}
	switch strings.ToLower(word) {
	case "include", "tryinclude":
		target := unquote(arg)
		if target == "" {
			r.report(CodeDirective, Warning, at, "#%s names no file; it is ignored", word)
			return nil
		}
		return r.include(target, strings.EqualFold(word, "tryinclude"), at)
	case "exec":
		r.report(CodeExecRefused, Warning, at, "#exec is refused: a configuration runs no program")
	default:
		r.report(CodeDirective, Warning, at, "#%s is no directive; the line is ignored", word)
	}
	return nil
}

// unquote takes "x", <x> or x.
func unquote(s string) string {
	if len(s) >= 2 {
		if s[0] == '"' && s[len(s)-1] == '"' || s[0] == '<' && s[len(s)-1] == '>' {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// include reads the files of one directive. Their first lines go on in the open
// section, and after them that section is open again, whatever they opened.
func (r *reader) include(target string, try bool, at place) error {
	name := path.Clean(strings.TrimPrefix(target, asteriskEtc))
	if !fs.ValidPath(name) {
		if !try {
			r.report(CodeIncludeMissing, Error, at, "%q lies outside the configuration directory", target)
		}
		return nil
	}
	names, isGlob := []string{name}, strings.ContainsAny(name, "*?[")
	if isGlob {
		var err error
		if names, err = fs.Glob(r.fsys, name); err != nil {
			r.report(CodeSyntax, Error, at, "%q is no file pattern", target)
			return nil
		}
		if r.files--; len(names) == 0 && !try {
			r.report(CodeIncludeEmpty, Info, at, "no file matches %q", target)
		}
	}
	open := r.open
	for _, n := range names {
		if try {
			if _, err := fs.Stat(r.fsys, n); errors.Is(err, fs.ErrNotExist) {
				continue
			}
		}
		if err := r.readFile(n, at); err != nil {
			return err
		}
		r.open = open
	}
	return nil
}
