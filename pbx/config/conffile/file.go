package conffile

import "strings"

// Variable is one "key = value" line, immutable once read.
type Variable struct {
	Key       string
	Value     string // comments off, "\;" resolved, blanks trimmed
	Object    bool   // written with "=>"
	Append    bool   // written with "+=" and joined to an earlier value, if there was one
	Inherited bool   // copied from another section
	File      string // where the line stands, for an inherited one the template's line
	Line      int
}

// Section is one "[name]" with its variables in order, inherited ones first.
type Section struct {
	Name     string
	Template bool
	Bases    []string // the sections it inherits from, in order
	Vars     []Variable
	File     string
	Line     int
}

// Get is the value of the last variable called key, which is compared without
// regard to case, as Asterisk does.
func (s *Section) Get(key string) (string, bool) {
	for i := len(s.Vars) - 1; i >= 0; i-- {
		if strings.EqualFold(s.Vars[i].Key, key) {
			return s.Vars[i].Value, true
		}
	}
	return "", false
}

// File is one configuration file with all that it includes. It is not changed
// after Read. Sections of one name stay apart.
type File struct {
	Name      string
	Sections  []*Section // without the templates
	Templates []*Section
}

// Section is the first section called name, nil without one.
func (f *File) Section(name string) *Section {
	if f == nil {
		return nil
	}
	for _, s := range f.Sections {
		if s.Name == name {
			return s
		}
	}
	return nil
}
