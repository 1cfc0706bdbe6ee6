package conffile

import "strings"

// header opens the section of "[name](list)". Text after it is ignored, as
// Asterisk does; a list behind a blank is taken and reported.
func (r *reader) header(s string, at place) error {
	name, rest, ok := strings.Cut(s[1:], "]")
	if !ok {
		r.open = nil
		r.report(CodeSyntax, Error, at, "the section header has no \"]\"")
		return nil
	}
	list, ok := r.list(name, rest, at)
	if !ok {
		return nil
	}
	if r.sections++; r.sections > MaxSections {
		return r.limit(at, "sections", MaxSections)
	}
	opt := parseList(list)
	sec := &Section{Name: name, Template: opt.template, File: at.file, Line: at.line}
	if opt.reopen {
		if sec = r.find(name, opt.filter); sec == nil {
			r.open = nil
			r.report(CodeTemplateMissing, Error, at, "there is no section [%s] before this line that (+) could extend", name)
			return nil
		}
	}
	for _, base := range opt.bases {
		if err := r.inherit(sec, base, at); err != nil {
			return err
		}
	}
	r.open = sec
	if !opt.reopen {
		r.keep(sec)
	}
	return nil
}

// list is what stands in the parentheses behind a section's name.
func (r *reader) list(name, rest string, at place) (string, bool) {
	body, found := strings.CutPrefix(trim(rest), "(")
	if !found {
		if trim(rest) != "" {
			r.report(CodeNoVariable, Warning, at, "text behind [%s] is ignored", name)
		}
		return "", true
	}
	if rest[0] != '(' {
		r.report(CodeBlankBeforeList, Warning, at, "a blank stands between [%s] and \"(\"; Asterisk would ignore the list, here it counts", name)
	}
	body, _, closed := strings.Cut(body, ")")
	if !closed {
		r.open = nil
		r.report(CodeSyntax, Error, at, "the list behind [%s] has no \")\"", name)
	}
	return body, closed
}

func (r *reader) keep(s *Section) {
	r.byName[s.Name] = append(r.byName[s.Name], s)
	if s.Template {
		r.file.Templates = append(r.file.Templates, s)
	} else {
		r.file.Sections = append(r.file.Sections, s)
	}
}

// inherit copies the variables of the first section called base.
func (r *reader) inherit(s *Section, base string, at place) error {
	all := r.byName[base]
	if len(all) == 0 {
		r.report(CodeTemplateMissing, Error, at, "there is no section or template %q before this line for [%s] to inherit from", base, s.Name)
		return nil
	}
	s.Bases = append(s.Bases, base)
	vars := all[0].Vars // of its present length: a section may inherit from itself by (+)
	for _, v := range vars {
		v.Inherited = true
		if err := r.add(s, v, at); err != nil {
			return err
		}
	}
	return nil
}

// find is the first section called name that passes the filter of "(+filter)":
// "key=value&key=value". Templates take part with TEMPLATES=include, and alone
// with TEMPLATES=restrict. Past MaxSearch nothing is found any more.
func (r *reader) find(name, filter string) *Section {
	if filter != "" && !strings.Contains(filter, "=") {
		return nil
	}
	terms := strings.Split(filter, "&")
	for _, s := range r.byName[name] {
		if r.search++; r.search > MaxSearch {
			return nil
		}
		if matches(s, terms) {
			return s
		}
	}
	return nil
}

func matches(s *Section, terms []string) bool {
	include, restrict := false, false
	for _, t := range terms {
		if t == "" {
			continue
		}
		key, want, _ := strings.Cut(t, "=")
		if strings.EqualFold(key, "TEMPLATES") {
			include, restrict = want == "include" || want == "restrict", want == "restrict"
			continue
		}
		if got, ok := s.Get(key); !ok || got != want {
			return false
		}
	}
	if s.Template {
		return include
	}
	return !restrict
}

type listOptions struct {
	template bool
	reopen   bool
	filter   string
	bases    []string
}

func parseList(list string) (o listOptions) {
	for item := range strings.SplitSeq(list, ",") {
		switch {
		case item == "":
		case item == "!":
			o.template = true
		case item[0] == '+':
			o.reopen, o.filter = true, item[1:]
		default:
			o.bases = append(o.bases, item)
		}
	}
	return o
}
