package config

import (
	"net/netip"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

const (
	portSIP  = 5060
	portSIPS = 5061
)

// pjsipObjects are the kinds of pjsip.conf's sections.
type pjsipObjects struct {
	endpoint, aor, auth, identify, transport, global *schema.Object
}

func newPJSIPObjects() pjsipObjects {
	return pjsipObjects{
		endpoint:  schema.New[Endpoint](keptEndpoint()...),
		aor:       schema.New[AOR](keptAOR()...),
		auth:      schema.New[Auth](keptAuth()...),
		identify:  schema.New[Identify](keptIdentify()...),
		transport: schema.New[Transport](keptTransport()...),
		global:    schema.New[Global](keptGlobal()...),
	}
}

func (l *loader) pjsip() {
	o := newPJSIPObjects()
	o.global.Defaults(&l.snap.Global)
	f := l.read("pjsip.conf")
	if f == nil {
		return
	}
	for _, s := range f.Sections {
		l.pjsipSection(&o, s)
	}
}

func (l *loader) pjsipSection(o *pjsipObjects, s *conffile.Section) {
	kind, ok := s.Get("type")
	if !ok {
		l.report(CodeNoType, conffile.Warning, origin(s), "section [%s] has no type; it is kept without effect", s.Name)
		l.snap.Unused = append(l.snap.Unused, s)
		return
	}
	kind = strings.ToLower(kind)
	what, vars, at := kind+" \""+s.Name+"\"", without(s.Vars, "type"), origin(s)
	switch kind {
	case "endpoint":
		l.pjsipEndpoint(o.endpoint, s, vars, what)
	case "aor":
		l.pjsipAOR(o.aor, s, vars, what)
	case "auth":
		x := &Auth{Name: s.Name, Origin: at}
		o.auth.Defaults(x)
		x.Extra = l.decode(o.auth, x, vars, what)
		put(l, kind, s.Name, at, x, &l.snap.Auths, l.snap.auths)
	case "identify":
		x := &Identify{Name: s.Name, Origin: at}
		o.identify.Defaults(x)
		x.Extra = l.decode(o.identify, x, vars, what)
		l.snap.Identifies = append(l.snap.Identifies, x)
	case "transport":
		l.pjsipTransport(o.transport, s, vars, what)
	case "global":
		l.snap.Global.Origin = at
		l.snap.Global.Extra = l.decode(o.global, &l.snap.Global, vars, "global")
	default:
		l.report(CodeUnknownType, conffile.Warning, lineOf(s, "type"), "section [%s]: type %q is kept and has no effect here", s.Name, kind)
		l.snap.Unused = append(l.snap.Unused, s)
	}
}

func (l *loader) pjsipEndpoint(o *schema.Object, s *conffile.Section, vars []conffile.Variable, what string) {
	e := &Endpoint{Name: s.Name, Tech: TechPJSIP, Origin: origin(s)}
	o.Defaults(e)
	e.Extra = l.decode(o, e, vars, what)
	if !put(l, "endpoint", s.Name, e.Origin, e, &l.snap.Endpoints, l.snap.endpoints) {
		return
	}
	if len(e.Codecs) == 0 {
		l.report(CodeNoCodecs, conffile.Warning, lineOf(s, "disallow"), "%s has no codec; no call can have audio", what)
	}
	if len(e.Auth) == 0 {
		l.report(CodeNoAuth, conffile.Warning, e.Origin, "%s has no auth: its requests are believed without a password", what)
	}
}

func (l *loader) pjsipAOR(o *schema.Object, s *conffile.Section, vars []conffile.Variable, what string) {
	a := &AOR{Name: s.Name, Origin: origin(s)}
	o.Defaults(a)
	a.Extra = l.decode(o, a, vars, what)
	l.checkExpirations(a, s, what)
	put(l, "aor", s.Name, a.Origin, a, &l.snap.AORs, l.snap.aors)
}

// checkExpirations brings the three expirations into order.
func (l *loader) checkExpirations(a *AOR, s *conffile.Section, what string) {
	if a.MaximumExpiration < a.MinimumExpiration {
		l.report(CodeBadRange, conffile.Warning, lineOf(s, "minimum_expiration"), "%s: minimum_expiration is above maximum_expiration; the maximum counts for both", what)
		a.MinimumExpiration = a.MaximumExpiration
	}
	a.DefaultExpiration = min(max(a.DefaultExpiration, a.MinimumExpiration), a.MaximumExpiration)
}

func (l *loader) pjsipTransport(o *schema.Object, s *conffile.Section, vars []conffile.Variable, what string) {
	t := &Transport{Name: s.Name, Origin: origin(s)}
	o.Defaults(t)
	t.Extra = l.decode(o, t, vars, what)
	l.addTransport(t, lineOf(s, "protocol"), what)
}

// addTransport puts in the port and leaves out what cannot be served.
func (l *loader) addTransport(t *Transport, at Origin, what string) {
	switch t.Protocol {
	case "udp", "tcp":
		t.Bind = t.Bind.withPort(portSIP)
	case "tls":
		t.Bind = t.Bind.withPort(portSIPS)
	}
	if t.Protocol != "udp" && t.Protocol != "tcp" {
		l.report(CodeTransportKind, conffile.Warning, at, "%s: protocol %q is not served here", what, t.Protocol)
	}
	if !t.Bind.Addr().IsValid() {
		l.report(CodeNoBind, conffile.Warning, t.Origin, "%s has no bind; 0.0.0.0 is taken", what)
		port := t.Bind.Port()
		t.Bind = Bind{netip.AddrPortFrom(netip.IPv4Unspecified(), port), true}
	}
	put(l, "transport", t.Name, t.Origin, t, &l.snap.Transports, l.snap.transports)
}
