package conffile

import "fmt"

// Severity says what a finding does to the configuration.
type Severity int

const (
	// Info is worth knowing; nothing is lost.
	Info Severity = iota
	// Warning is probably not what the writer meant; the rest loads.
	Warning
	// Error refuses the configuration as a whole.
	Error
)

// String is the word that a list of findings prints.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	default:
		return "error"
	}
}

// Codes of the findings that reading makes.
const (
	CodeSyntax          = "syntax"           // the line or the section header cannot be understood
	CodeNoVariable      = "no-variable"      // a line that is neither section nor variable
	CodeBlankBeforeList = "blank-before-("   // "[x] (!)": Asterisk would not see the list
	CodeTemplateMissing = "template-missing" // a template or section that is not defined before
	CodeIncludeMissing  = "include-missing"  // a file that is absent or cannot be read
	CodeIncludeEmpty    = "include-empty"    // a glob that matches no file
	CodeIncludeCycle    = "include-cycle"    // a file that includes itself
	CodeExecRefused     = "exec-refused"     // #exec: programs are never run
	CodeDirective       = "directive"        // an unknown or incomplete # line
	CodeCommentOpen     = "comment-open"     // ";--" without "--;"
	CodeLineLong        = "line-long"        // a line past MaxLine
	CodeLimit           = "limit"            // the configuration is larger than the reader allows
)

// Finding is one remark about a configuration, immutable.
type Finding struct {
	Code     string
	Severity Severity
	File     string // name within the configuration directory
	Line     int    // from 1; 0 where it concerns the file as a whole
	Text     string // one English sentence without the place; never holds a secret
}

// String is "file:line: severity: text [code]".
func (f Finding) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s: %s [%s]", f.File, f.Severity, f.Text, f.Code)
	}
	return fmt.Sprintf("%s:%d: %s: %s [%s]", f.File, f.Line, f.Severity, f.Text, f.Code)
}

// HasErrors tells whether fs refuse the configuration.
func HasErrors(fs []Finding) bool {
	for _, f := range fs {
		if f.Severity == Error {
			return true
		}
	}
	return false
}
