package pbx

import (
	"cmp"
	"io/fs"
	"slices"

	"github.com/timbre-pbx/timbre/pbx/config"
	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// Configuration is a loaded configuration directory: its objects and its
// dialplan. It is immutable.
type Configuration struct {
	Objects *config.Snapshot
	Plan    *dialplan.Plan
}

// codeDialplan marks what compiling the dialplan found.
const codeDialplan = "dialplan"

// LoadConfiguration reads the directory fsys. The findings are ordered by file
// and line; where conffile.HasErrors of them the configuration is not to be used.
func LoadConfiguration(fsys fs.FS) (*Configuration, []config.Finding) {
	objects, findings := config.Load(fsys)
	plan, problems := dialplan.Compile(planSections(objects.Extensions))
	for _, p := range problems {
		findings = append(findings, config.Finding{
			Code: codeDialplan, Severity: conffile.Warning, File: p.File, Line: p.Line, Text: p.Text})
	}
	conf := &Configuration{Objects: objects, Plan: plan}
	findings = append(findings, unresolved(conf)...)
	slices.SortStableFunc(findings, func(a, b config.Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return conf, findings
}

// planSections hands the sections of extensions.conf to the dialplan's compiler.
func planSections(file *conffile.File) []dialplan.Section {
	if file == nil {
		return nil
	}
	out := make([]dialplan.Section, 0, len(file.Sections))
	for _, s := range file.Sections {
		lines := make([]dialplan.Line, 0, len(s.Vars))
		for _, v := range s.Vars {
			lines = append(lines, dialplan.Line{Key: v.Key, Value: v.Value, File: v.File, Line: v.Line})
		}
		out = append(out, dialplan.Section{Name: s.Name, Lines: lines})
	}
	return out
}
