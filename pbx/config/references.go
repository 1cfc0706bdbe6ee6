package config

import (
	"strings"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// references reports names that no object has.
func (l *loader) references() {
	for _, e := range l.snap.Endpoints {
		l.names(e, "aors", "aor", e.AORs, func(n string) bool { return l.snap.AOR(n) != nil })
		l.names(e, "auth", "auth", e.Auth, func(n string) bool { return l.snap.Auth(n) != nil })
		l.names(e, "outbound_auth", "auth", e.OutboundAuth, func(n string) bool { return l.snap.Auth(n) != nil })
		if e.Transport != "" {
			l.names(e, "transport", "transport", []string{e.Transport}, func(n string) bool { return l.snap.Transport(n) != nil })
		}
	}
	for _, i := range l.snap.Identifies {
		if l.snap.Endpoint(i.Endpoint) == nil {
			l.report(CodeMissingRef, conffile.Warning, i.Origin, "identify %q: there is no endpoint %q", i.Name, i.Endpoint)
		}
	}
}

func (l *loader) names(e *Endpoint, key, kind string, names []string, exists func(string) bool) {
	for _, n := range names {
		if !exists(n) {
			l.report(CodeMissingRef, conffile.Warning, e.Origin, "endpoint %q: %s names the %s %q, which does not exist", e.Name, key, kind, n)
		}
	}
}

// protects tells whether v is a protection, which its writer relies on.
func protects(v conffile.Variable) bool {
	switch strings.ToLower(v.Key) {
	case "acl", "contact_acl", "contact_permit", "contact_deny", "contactacl", "contactpermit", "contactdeny":
		return true
	case "encryption", "media_encryption":
		return !isNo(v.Value)
	}
	return false
}

// unenforced turns the remark on a protection that has no effect into a warning.
func unenforced(findings []Finding, extra []conffile.Variable) {
	lines := map[Origin]bool{}
	for _, v := range extra {
		if protects(v) {
			lines[Origin{v.File, v.Line}] = true
		}
	}
	for i := range findings {
		if f := &findings[i]; f.Code == schema.CodeNoEffect && lines[Origin{f.File, f.Line}] {
			f.Code, f.Severity = CodeNotEnforced, conffile.Warning
		}
	}
}
