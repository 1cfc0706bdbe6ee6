package config

import (
	"strings"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
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

// unenforced warns of protections among the keys without effect: their writer
// relies on them.
func (l *loader) unenforced(extra []conffile.Variable, what string) {
	for _, v := range extra {
		switch strings.ToLower(v.Key) {
		case "acl", "contact_acl", "contact_permit", "contact_deny", "contactacl", "contactpermit", "contactdeny":
		case "encryption", "media_encryption":
			if isNo(v.Value) {
				continue
			}
		default:
			continue
		}
		k := remarked{CodeNotEnforced, v.File, v.Line}
		if l.seen[k] {
			continue
		}
		l.seen[k] = true
		l.report(CodeNotEnforced, conffile.Warning, Origin{v.File, v.Line}, "%s: %q protects nothing here yet", what, v.Key)
	}
}
