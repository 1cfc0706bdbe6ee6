package config

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// sipGeneral is [general] of sip.conf as far as it is not a default of peers.
type sipGeneral struct {
	BindAddr    Bind            `conf:"bindaddr"`
	UDPBindAddr Bind            `conf:"udpbindaddr"`
	TCPBindAddr Bind            `conf:"tcpbindaddr"`
	BindPort    uint16          `conf:"bindport" default:"0" alias:"port"`
	UDPEnable   bool            `conf:"udpenable" default:"yes"`
	TCPEnable   bool            `conf:"tcpenable" default:"no"`
	AllowGuest  bool            `conf:"allowguest" default:"no"` // chan_sip's default is yes; here guests must be asked for
	UserAgent   string          `conf:"useragent"`
	Realm       string          `conf:"realm"`
	LocalNet    schema.Prefixes `conf:"localnet"`
	ExternAddr  string          `conf:"externaddr,externip,externhost"`
	MinExpiry   schema.Seconds  `conf:"minexpiry" default:"60" alias:"minexpirey"`
	MaxExpiry   schema.Seconds  `conf:"maxexpiry" default:"3600" alias:"maxexpirey"`
	DefExpiry   schema.Seconds  `conf:"defaultexpiry" default:"120" alias:"defaultexpirey"`
}

// sipPeer is a peer, user or friend of sip.conf; the fields that [general] may
// preset come from there.
type sipPeer struct {
	Type             string         `conf:"type" enum:"friend|peer|user"`
	Host             string         `conf:"host"`
	Port             uint16         `conf:"port" default:"0"`
	DefaultUser      string         `conf:"defaultuser,username"`
	Secret           schema.Secret  `conf:"secret"`
	MD5Secret        schema.Secret  `conf:"md5secret"`
	RemoteSecret     schema.Secret  `conf:"remotesecret"`
	Insecure         []string       `conf:"insecure"`
	Context          string         `conf:"context" default:"default"`
	SubscribeContext string         `conf:"subscribecontext"`
	Codecs           schema.Codecs  `conf:"allow,disallow"`
	CallerID         string         `conf:"callerid"`
	FromUser         string         `conf:"fromuser"`
	FromDomain       string         `conf:"fromdomain"`
	DTMFMode         string         `conf:"dtmfmode" default:"rfc2833" enum:"rfc2833|rfc4733|inband|info|auto|shortinfo"`
	NAT              natMode        `conf:"nat" default:"auto_force_rport"`
	DirectMedia      string         `conf:"directmedia,canreinvite" default:"yes"`
	MediaAddress     netip.Addr     `conf:"media_address"`
	RTPTimeout       schema.Seconds `conf:"rtptimeout" default:"0"`
	Language         string         `conf:"language"`
	Account          string         `conf:"accountcode"`
	NamedCallGroup   []string       `conf:"namedcallgroup"`
	NamedPickupGroup []string       `conf:"namedpickupgroup"`
	Mailboxes        []string       `conf:"mailbox"`
	SetVar           schema.Lines   `conf:"setvar"`
	BusyLevel        int            `conf:"busylevel" default:"0" range:"0-10000"`
	TrustRPID        bool           `conf:"trustrpid" default:"no"`
	SendRPID         string         `conf:"sendrpid" default:"no"`
	Qualify          string         `conf:"qualify" default:"no"`
	QualifyFreq      schema.Seconds `conf:"qualifyfreq" default:"60"`
	Transport        []string       `conf:"transport" default:"udp"`
	AllowSubscribe   bool           `conf:"allowsubscribe" default:"yes"`
	AllowTransfer    bool           `conf:"allowtransfer" default:"yes"`
	ACL              ACL            `conf:"permit,deny"`
}

// natMode is the set of words of chan_sip's "nat" option.
type natMode struct {
	forceRport, comedia bool
}

// UnmarshalText takes a comma separated list. "no" wins over all; the automatic
// forms are taken as the plain ones, which do the same for a phone behind NAT.
func (n *natMode) UnmarshalText(b []byte) error {
	var m natMode
	for word := range strings.SplitSeq(strings.ToLower(string(b)), ",") {
		switch strings.TrimSpace(word) {
		case "no", "never":
			*n = natMode{}
			return nil
		case "force_rport", "auto_force_rport", "route":
			m.forceRport = true
		case "comedia", "auto_comedia":
			m.comedia = true
		case "yes":
			m = natMode{true, true}
		default:
			return fmt.Errorf("want no, force_rport, comedia, auto_force_rport or auto_comedia")
		}
	}
	*n = m
	return nil
}

// sip reads sip.conf, the second front end.
func (l *loader) sip() {
	f := l.read("sip.conf")
	if f == nil {
		return
	}
	general, preset, at := l.sipGeneral(f)
	l.sipTransports(general, at)
	peer := schema.New[sipPeer](keptSIPPeer()...)
	for _, s := range f.Sections {
		switch s.Name {
		case "general", "authentication":
			continue
		}
		l.sipSection(peer, preset, general, s)
	}
}

// sipGeneral reads [general]: settings of the box, and the peers' presets.
func (l *loader) sipGeneral(f *conffile.File) (g *sipGeneral, preset []conffile.Variable, at Origin) {
	o := schema.New[sipGeneral](keptSIPGeneral()...)
	presets := schema.New[sipPeer]()
	g = &sipGeneral{}
	o.Defaults(g)
	at = Origin{File: f.Name, Line: 1}
	var own []conffile.Variable
	for _, s := range f.Sections {
		if s.Name != "general" {
			continue
		}
		if at.Line == 1 {
			at = origin(s)
		}
		for _, v := range s.Vars {
			if !o.Has(v.Key) && presets.Has(v.Key) {
				preset = append(preset, v)
			} else {
				own = append(own, v)
			}
		}
	}
	extra := l.decode(o, g, own, "sip.conf [general]")
	l.snap.Global.Extra = append(l.snap.Global.Extra, extra...)
	var p sipPeer
	presets.Defaults(&p)
	l.decode(presets, &p, preset, "sip.conf [general]") // reports bad values once
	l.sipGlobal(g, p.Context)
	return g, preset, at
}

// sipGlobal takes the settings of the box that pjsip.conf leaves at their default.
func (l *loader) sipGlobal(g *sipGeneral, context string) {
	x := &l.snap.Global
	x.AllowGuest, x.GuestContext = g.AllowGuest, context
	if x.Origin.File != "" {
		return
	}
	if g.UserAgent != "" {
		x.UserAgent = g.UserAgent
	}
	if g.Realm != "" {
		x.DefaultRealm = g.Realm
	}
}

// bound tells whether [general] says anything about where to serve.
func (g *sipGeneral) bound() bool {
	return g.BindAddr.IsValid() || g.UDPBindAddr.IsValid() || g.TCPBindAddr.IsValid() || g.BindPort != 0 || g.TCPEnable
}

// sipTransports makes the transports of [general]. Where pjsip.conf has some, it
// makes only what [general] asks for, and none of the same protocol and port.
func (l *loader) sipTransports(g *sipGeneral, at Origin) {
	if len(l.snap.Transports) > 0 && !g.bound() {
		return
	}
	add := func(protocol string, bind Bind) {
		if !bind.Addr().IsValid() {
			bind = g.BindAddr
		}
		if !bind.Addr().IsValid() {
			bind = Bind{AddrPort: netip.AddrPortFrom(netip.IPv4Unspecified(), 0)}
		}
		port := uint16(portSIP)
		if g.BindPort != 0 {
			port = g.BindPort
		}
		bind = bind.withPort(port)
		for _, t := range l.snap.Transports {
			if t.Protocol == protocol && t.Bind.Port() == bind.Port() {
				return
			}
		}
		t := &Transport{
			Name: "sip-" + protocol, Origin: at, Protocol: protocol, Bind: bind, LocalNet: g.LocalNet,
			ExternalMediaAddress: g.ExternAddr, ExternalSignalingAddress: g.ExternAddr,
		}
		l.addTransport(t, at, "sip.conf [general]")
	}
	if g.UDPEnable {
		add("udp", g.UDPBindAddr)
	}
	if g.TCPEnable {
		add("tcp", g.TCPBindAddr)
	}
}
