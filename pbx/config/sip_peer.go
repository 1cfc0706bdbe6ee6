package config

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// sipSection makes the objects of one peer, user or friend.
func (l *loader) sipSection(o *schema.Object, preset []conffile.Variable, g *sipGeneral, s *conffile.Section) {
	if _, ok := s.Get("type"); !ok {
		l.report(CodeNoType, conffile.Warning, origin(s), "section [%s] has no type; it is kept without effect", s.Name)
		l.snap.Unused = append(l.snap.Unused, s)
		return
	}
	p := &sipPeer{Codecs: defaultCodecs()}
	o.Defaults(p)
	o.Decode(p, preset, "") // its findings are made with [general]
	what := "peer \"" + s.Name + "\""
	extra := l.decode(o, p, s.Vars, what)
	if p.Type == "" {
		l.snap.Unused = append(l.snap.Unused, s)
		return
	}
	if l.snap.endpoints[s.Name] != nil || l.snap.aors[s.Name] != nil || l.snap.auths[s.Name] != nil {
		l.report(CodeDuplicate, conffile.Warning, origin(s), "%s is left out: an object of that name exists", what)
		return
	}
	e := p.endpoint(s)
	e.Extra = extra
	l.sipAuth(p, e, s, what)
	if p.Type != "user" {
		l.sipAOR(p, e, g, s, what)
	}
	put(l, "endpoint", e.Name, e.Origin, e, &l.snap.Endpoints, l.snap.endpoints)
	if len(e.Codecs) == 0 {
		l.report(CodeNoCodecs, conffile.Warning, lineOf(s, "disallow"), "%s has no codec; no call can have audio", what)
	}
}

func defaultCodecs() schema.Codecs {
	return schema.Codecs{{Name: "ulaw"}, {Name: "alaw"}, {Name: "g722"}}
}

func (p *sipPeer) endpoint(s *conffile.Section) *Endpoint {
	e := &Endpoint{
		Name: s.Name, Tech: TechSIP, Origin: origin(s),
		Context: p.Context, SubscribeContext: p.SubscribeContext, Codecs: p.Codecs,
		CallerID: p.CallerID, FromUser: p.FromUser, FromDomain: p.FromDomain,
		DTMFMode: p.DTMFMode, ForceRport: p.NAT.forceRport, RewriteContact: p.NAT.forceRport,
		RTPSymmetric: p.NAT.comedia, DirectMedia: !isNo(p.DirectMedia), MediaAddress: p.MediaAddress,
		RTPTimeout: p.RTPTimeout, Language: p.Language, Account: p.Account,
		NamedCallGroup: p.NamedCallGroup, NamedPickupGroup: p.NamedPickupGroup,
		Mailboxes: p.Mailboxes, SetVar: p.SetVar, DeviceStateBusyAt: p.BusyLevel,
		TrustIDInbound: p.TrustRPID, SendPAI: strings.EqualFold(p.SendRPID, "pai"),
		AllowSubscribe: p.AllowSubscribe, AllowTransfer: p.AllowTransfer, ACL: p.ACL,
		IdentifyBy: p.identifyBy(),
	}
	switch p.DTMFMode {
	case "rfc2833":
		e.DTMFMode = "rfc4733"
	case "shortinfo":
		e.DTMFMode = "info"
	}
	e.SendRPID = !e.SendPAI && !isNo(p.SendRPID)
	return e
}

// identifyBy is chan_sip's rule: a user is found by name, a peer by address, a
// friend by both.
func (p *sipPeer) identifyBy() []string {
	switch {
	case p.Type == "user" || p.dynamic():
		return []string{"username"}
	case p.Type == "peer":
		return []string{"ip"}
	default:
		return []string{"username", "ip"}
	}
}

func isNo(s string) bool {
	b, err := schema.ParseBool(s)
	return err == nil && !b
}

func (p *sipPeer) dynamic() bool { return strings.EqualFold(p.Host, "dynamic") }

// sipAuth makes the credentials of a peer and warns where there are none, or
// where they come from a template that others share.
func (l *loader) sipAuth(p *sipPeer, e *Endpoint, s *conffile.Section, what string) {
	a := &Auth{Name: s.Name, Origin: e.Origin, AuthType: "userpass", Username: s.Name, Password: p.Secret, MD5Cred: p.MD5Secret}
	has := a.Password != "" || a.MD5Cred != ""
	if p.DefaultUser != "" && !p.dynamic() {
		a.Username = p.DefaultUser
	}
	if has {
		put(l, "auth", a.Name, a.Origin, a, &l.snap.Auths, l.snap.auths)
		e.OutboundAuth = []string{a.Name}
	}
	if p.RemoteSecret != "" {
		out := *a
		out.Name, out.Password, out.MD5Cred = s.Name+"-remote", p.RemoteSecret, ""
		if put(l, "auth", out.Name, out.Origin, &out, &l.snap.Auths, l.snap.auths) {
			e.OutboundAuth = []string{out.Name}
		}
	}
	if has && !slices.Contains(p.Insecure, "invite") {
		e.Auth = []string{a.Name}
	} else {
		l.report(CodeNoAuth, conffile.Warning, e.Origin, "%s has no secret that is asked for: its requests are believed without a password", what)
	}
	if v := last(s, "secret"); v != nil && v.Inherited {
		l.report(CodeSharedSecret, conffile.Warning, e.Origin, "%s has the secret of its template (line %d), which others may share", what, v.Line)
	}
}

func last(s *conffile.Section, key string) *conffile.Variable {
	for i := len(s.Vars) - 1; i >= 0; i-- {
		if strings.EqualFold(s.Vars[i].Key, key) {
			return &s.Vars[i]
		}
	}
	return nil
}

// sipAOR makes the address of record of a peer, and for a fixed host the
// identify that finds the peer by its address.
func (l *loader) sipAOR(p *sipPeer, e *Endpoint, g *sipGeneral, s *conffile.Section, what string) {
	a := &AOR{
		Name: s.Name, Origin: e.Origin, MinimumExpiration: g.MinExpiry, MaximumExpiration: g.MaxExpiry,
		DefaultExpiration: g.DefExpiry, RemoveExisting: true, SupportPath: true,
	}
	if p.qualifies() {
		a.QualifyFrequency = p.QualifyFreq
	}
	switch {
	case p.dynamic():
		a.MaxContacts = 1
	case p.Host == "":
		l.report(CodeNoAOR, conffile.Warning, e.Origin, "%s has no host; no call can reach it", what)
	default:
		a.Contacts = schema.Lines{p.contact()}
		l.sipIdentify(p, e, s, what)
	}
	l.checkExpirations(a, s, what)
	e.AORs = []string{a.Name}
	put(l, "aor", a.Name, a.Origin, a, &l.snap.AORs, l.snap.aors)
}

func (l *loader) sipIdentify(p *sipPeer, e *Endpoint, s *conffile.Section, what string) {
	i := &Identify{Name: s.Name, Origin: e.Origin, Endpoint: s.Name}
	if err := i.Match.SetConf("match", p.Host); err != nil {
		l.report(schema.CodeBadValue, conffile.Warning, lineOf(s, "host"), "%s: the host is bad: %v", what, err)
		return
	}
	l.snap.Identifies = append(l.snap.Identifies, i)
}

// qualifies tells whether "qualify" asks for OPTIONS: yes, or a number of ms.
func (p *sipPeer) qualifies() bool {
	if b, err := schema.ParseBool(p.Qualify); err == nil {
		return b
	}
	ms, err := strconv.Atoi(p.Qualify)
	return err == nil && time.Duration(ms)*time.Millisecond > 0
}

// contact is the SIP URI of a fixed host.
func (p *sipPeer) contact() string {
	host, port := p.Host, p.Port
	if ap, err := netip.ParseAddrPort(host); err == nil {
		host, port = ap.Addr().String(), ap.Port()
	}
	uri := "sip:"
	if p.DefaultUser != "" {
		uri += p.DefaultUser + "@"
	}
	uri += hostPort(strings.Trim(host, "[]"), port)
	if len(p.Transport) > 0 && !strings.EqualFold(p.Transport[0], "udp") {
		uri += ";transport=" + strings.ToLower(p.Transport[0])
	}
	return uri
}
