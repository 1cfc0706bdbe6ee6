package conffile

import "strings"

func (r *reader) variable(s string, at place) error {
	key, value, ok := strings.Cut(s, "=")
	if !ok {
		r.report(CodeNoVariable, Warning, at, "the line is neither a section nor \"key = value\"; it is ignored")
		return nil
	}
	v := Variable{File: at.file, Line: at.line}
	switch {
	case strings.HasSuffix(key, "+"):
		v.Append = true
		key = key[:len(key)-1]
	case strings.HasPrefix(value, ">"):
		v.Object = true
		value = value[1:]
	}
	v.Key, v.Value = trim(key), trim(value)
	glue := value[:len(value)-len(strings.TrimLeft(value, " \t"))] // "z += b" keeps its blank
	if v.Key == "" {
		r.report(CodeNoVariable, Warning, at, "the line has no key before \"=\"; it is ignored")
		return nil
	}
	if r.open == nil {
		r.report(CodeSyntax, Error, at, "%q stands before the first [section]", v.Key)
		return nil
	}
	if v.Append {
		return r.appendValue(v, glue, at)
	}
	return r.add(r.open, v, at)
}

func (r *reader) add(s *Section, v Variable, at place) error {
	if r.vars++; r.vars > MaxVariables {
		return r.limit(at, "variables", MaxVariables)
	}
	if m := r.lastVar[s]; m != nil {
		m[strings.ToLower(v.Key)] = len(s.Vars)
	}
	s.Vars = append(s.Vars, v)
	return nil
}

// appendValue joins v with glue to the last variable of its key, or adds it.
func (r *reader) appendValue(v Variable, glue string, at place) error {
	m := r.lastVar[r.open]
	if m == nil {
		m = make(map[string]int, len(r.open.Vars))
		for i, old := range r.open.Vars {
			m[strings.ToLower(old.Key)] = i
		}
		r.lastVar[r.open] = m
	}
	i, ok := m[strings.ToLower(v.Key)]
	if !ok {
		return r.add(r.open, v, at)
	}
	old := r.open.Vars[i]
	if len(old.Value)+len(glue)+len(v.Value) > MaxAppended {
		r.report(CodeLimit, Error, at, "%q grows past %d bytes", v.Key, MaxAppended)
		return nil
	}
	v.Value, v.Object = old.Value+glue+v.Value, old.Object
	r.open.Vars[i] = v
	return nil
}
