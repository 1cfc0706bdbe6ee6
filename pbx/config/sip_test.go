package config

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSIPConf(t *testing.T) {
	s, findings := Load(dir("sip.conf", `
[general]
udpbindaddr=192.168.1.1
bindport=5080
tcpenable=yes
context=guests
allowguest=yes
useragent=box
realm=office
disallow=all
allow=alaw
maxexpiry=600

[300]
type=friend
host=dynamic
secret=s
context=office
nat=force_rport,comedia
directmedia=no
dtmfmode=info
qualify=yes
sendrpid=pai
deny=0.0.0.0/0
permit=10.0.0.0/255.0.0.0

[trunk]
type=peer
host=192.0.2.7
port=5070
defaultuser=me
secret=s
insecure=port,invite
transport=tcp
allow=ulaw
`))
	if want := "sip.conf:27: warning: peer \"trunk\" has no secret that is asked for: its requests are believed without a password [no-auth]\n"; text(findings) != want {
		t.Errorf("findings:\n%s", text(findings))
	}
	binds := []string{}
	for _, x := range s.Transports {
		binds = append(binds, x.Protocol+" "+x.Bind.String())
	}
	if diff := cmp.Diff([]string{"udp 192.168.1.1:5080", "tcp 0.0.0.0:5080"}, binds); diff != "" {
		t.Error(diff)
	}
	if g := s.Global; !g.AllowGuest || g.GuestContext != "guests" || g.UserAgent != "box" || g.DefaultRealm != "office" {
		t.Errorf("global %+v", g)
	}
	e := s.Endpoint("300")
	if e.Tech != TechSIP || e.Context != "office" || !e.ForceRport || !e.RTPSymmetric || e.DirectMedia ||
		e.DTMFMode != "info" || !e.SendPAI || e.SendRPID || !cmp.Equal(e.Auth, []string{"300"}) ||
		!cmp.Equal(e.Codecs.Names(), []string{"alaw"}) {
		t.Errorf("endpoint 300: %+v", e)
	}
	if e.ACL.Allows(netip.MustParseAddr("192.0.2.1")) || !e.ACL.Allows(netip.MustParseAddr("10.1.1.1")) {
		t.Errorf("acl %v", e.ACL)
	}
	a := s.AOR("300")
	if a.MaxContacts != 1 || a.QualifyFrequency.Duration() != time.Minute || a.MaximumExpiration.Duration() != 10*time.Minute {
		t.Errorf("aor 300: %+v", a)
	}
	e = s.Endpoint("trunk")
	if e.Context != "guests" || len(e.Auth) != 0 || !cmp.Equal(e.OutboundAuth, []string{"trunk"}) ||
		!cmp.Equal(e.Codecs.Names(), []string{"alaw", "ulaw"}) {
		t.Errorf("endpoint trunk: %+v", e)
	}
	if c := s.AOR("trunk").Contacts; len(c) != 1 || c[0] != "sip:me@192.0.2.7:5070;transport=tcp" {
		t.Errorf("contacts %v", c)
	}
	if len(s.Identifies) != 1 || !s.Identifies[0].Match.Prefixes.Contains(netip.MustParseAddr("192.0.2.7")) {
		t.Errorf("identifies %v", s.Identifies)
	}
}

func TestPJSIPServesInPlaceOfEqualSIPTransports(t *testing.T) {
	s, _ := Load(dir("pjsip.conf", "[u]\ntype=transport\nbind=0.0.0.0\n", "sip.conf", "[general]\n"))
	if len(s.Transports) != 1 || s.Transports[0].Name != "u" {
		t.Errorf("transports %v", s.Transports)
	}
}

func TestSIPConfWithoutAnAddressLeavesServingToPJSIP(t *testing.T) {
	pjsip := "[u]\ntype=transport\nbind=127.0.0.1:0\n"
	for general, want := range map[string]int{"": 1, "[general]\nallowguest=no\n": 1, "[general]\nbindport=5070\n": 2} {
		s, _ := Load(dir("pjsip.conf", pjsip, "sip.conf", general+"[a]\ntype=friend\nhost=dynamic\nsecret=s\n"))
		if len(s.Transports) != want {
			t.Errorf("%q: %d transports, want %d", general, len(s.Transports), want)
		}
	}
}

func TestNATModes(t *testing.T) {
	for in, want := range map[string]natMode{
		"no": {}, "no,comedia": {}, "yes": {true, true}, "force_rport": {forceRport: true},
		"auto_force_rport,auto_comedia": {true, true}, "comedia": {comedia: true},
	} {
		var got natMode
		if err := got.UnmarshalText([]byte(in)); err != nil || got != want {
			t.Errorf("%s: %v, %v", in, got, err)
		}
	}
}
