package pbx

import (
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/apps"
	"github.com/timbre-pbx/timbre/pbx/config"
	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// Codes of what unresolved finds. None refuses a configuration: the rest of it
// loads and works.
const (
	codeUnknownApp     = "unknown-application"
	codeUnknownTarget  = "unknown-target"
	codeUnknownContext = "unknown-context"
)

// unresolved lists the names that the dialplan and the objects use of each
// other and that do not exist: applications, dial targets, contexts.
func unresolved(c *Configuration) []config.Finding {
	registry := dialplan.NewRegistry(apps.All(apps.Deps{}), nil)
	var out []config.Finding
	for _, ctx := range c.Plan.Contexts() {
		for _, ext := range ctx.Extensions {
			for _, s := range ext.Steps {
				if _, ok := registry.App(s.App); !ok {
					out = append(out, atStep(s, codeUnknownApp,
						"application %q does not exist here: a call that reaches this line ends", s.App))
				}
				if strings.EqualFold(s.App, "Dial") {
					out = append(out, unknownTargets(c.Objects, s)...)
				}
			}
		}
	}
	for _, e := range c.Objects.Endpoints {
		if !c.Plan.HasContext(e.Context) {
			out = append(out, config.Finding{Code: codeUnknownContext, Severity: conffile.Warning, File: e.Origin.File, Line: e.Origin.Line,
				Text: fmt.Sprintf("calls from %q enter context %q, which does not exist: every one is refused", e.Name, e.Context)})
		}
	}
	return out
}

// unknownTargets names the endpoints that a Dial calls and nobody defined. A
// target that holds a variable is known only when the call is made.
func unknownTargets(objects *config.Snapshot, s dialplan.Step) []config.Finding {
	req, _ := apps.ParseDial(s.Args)
	var out []config.Finding
	for _, t := range req.Targets {
		if strings.ContainsAny(t.Resource, "${@") || (!strings.EqualFold(t.Tech, "PJSIP") && !strings.EqualFold(t.Tech, "SIP")) {
			continue
		}
		peer, _, _ := strings.Cut(t.Resource, "/") // SIP/trunk/number dials number through trunk
		if objects.Endpoint(peer) == nil {
			out = append(out, atStep(s, codeUnknownTarget, "nobody is called %q: dialling %s/%s reaches no phone", peer, t.Tech, t.Resource))
		}
	}
	return out
}

func atStep(s dialplan.Step, code, format string, args ...any) config.Finding {
	return config.Finding{Code: code, Severity: conffile.Warning, File: s.File, Line: s.Line, Text: fmt.Sprintf(format, args...)}
}
