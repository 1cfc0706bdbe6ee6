package config

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
)

func dir(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

func TestLoadOfAnEmptyDirectoryGivesDefaults(t *testing.T) {
	s, findings := Load(dir())
	if len(findings) != 0 {
		t.Errorf("findings: %v", findings)
	}
	if s.RTP.Start != 10000 || s.RTP.StrictRTP != "yes" || s.HTTP.Present || s.Extensions != nil || s.Global.AllowGuest {
		t.Errorf("got %+v", s)
	}
	if a := s.Global.DefaultAuthAlgorithmsUAS; !cmp.Equal(a, Algorithms{"MD5"}) {
		t.Errorf("algorithms %v", a)
	}
}

func TestFindingsOfLoad(t *testing.T) {
	tests := []struct {
		name string
		fsys fstest.MapFS
		want string
	}{
		{
			"an endpoint without auth, with names that do not exist",
			dir("pjsip.conf", "[a]\ntype=endpoint\naors=b\ntransport=t\n"),
			`pjsip.conf:1: warning: endpoint "a" has no auth: its requests are believed without a password [no-auth]
pjsip.conf:1: warning: endpoint "a": aors names the aor "b", which does not exist [missing-ref]
pjsip.conf:1: warning: endpoint "a": transport names the transport "t", which does not exist [missing-ref]
`,
		},
		{
			"bad values keep the default, unknown keys get a hint",
			dir("pjsip.conf", "[a]\ntype=aor\nmax_contacts=many\nmax_contact=3\nminimum_expiration=-1\n"),
			`pjsip.conf:3: warning: aor "a": max_contacts = "many" is bad: want a whole number [bad-value]
pjsip.conf:4: warning: aor "a": unknown key "max_contact" is kept and has no effect; is "max_contacts" meant? [unknown-key]
pjsip.conf:5: warning: aor "a": minimum_expiration = "-1" is bad: want whole seconds [bad-value]
`,
		},
		{
			"a template's line is remarked on once",
			dir("pjsip.conf", "[t](!)\ntype=aor\nbogus=1\n[a](t)\n[b](t)\n"),
			`pjsip.conf:3: warning: aor "a": unknown key "bogus" is kept and has no effect [unknown-key]
`,
		},
		{
			"sections without a type, twice, and of other kinds",
			dir("pjsip.conf", "[a]\nx=1\n[b]\ntype=aor\n[b]\ntype=aor\n[c]\ntype=system\n"),
			`pjsip.conf:1: warning: section [a] has no type; it is kept without effect [no-type]
pjsip.conf:5: warning: a second aor "b" is left out [duplicate]
pjsip.conf:8: warning: section [c]: type "system" is kept and has no effect here [unknown-type]
`,
		},
		{
			"a secret that comes from a template",
			dir("sip.conf", "[t](!)\ntype=friend\nhost=dynamic\nsecret=s3cr3t\n[a](t)\n[b](t)\nsecret=own\n"),
			`sip.conf:5: warning: peer "a" has the secret of its template (line 4), which others may share [shared-secret]
`,
		},
		{
			"a peer without a secret",
			dir("sip.conf", "[Operador]\ntype=peer\nhost=192.168.1.20\n"),
			`sip.conf:1: warning: peer "Operador" has no secret that is asked for: its requests are believed without a password [no-auth]
`,
		},
		{
			"the same name in both files",
			dir("pjsip.conf", "[a]\ntype=aor\n", "sip.conf", "[a]\ntype=friend\nsecret=x\nhost=dynamic\n"),
			`sip.conf:1: warning: peer "a" is left out: an object of that name exists [duplicate]
`,
		},
		{
			"media ports the wrong way round",
			dir("rtp.conf", "[general]\nrtpstart=20000\nrtpend=10000\n"),
			`rtp.conf:1: warning: rtpstart 20000 is not below rtpend 10000; the defaults are taken [bad-range]
`,
		},
		{
			"only the reader makes errors",
			dir("pjsip.conf", "[a](nope)\n", "extensions.conf", "[x]\n#include gone.conf\n"),
			`pjsip.conf:1: error: there is no section or template "nope" before this line for [a] to inherit from [template-missing]
pjsip.conf:1: warning: section [a] has no type; it is kept without effect [no-type]
extensions.conf:2: error: "gone.conf" cannot be read: file does not exist [include-missing]
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, findings := Load(tt.fsys)
			if diff := cmp.Diff(tt.want, text(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTransports(t *testing.T) {
	s, findings := Load(dir("pjsip.conf", `
[u]
type=transport
bind=0.0.0.0
local_net=10.0.0.0/8,192.168.1.0/255.255.255.0
[t]
type=transport
protocol=tcp
bind=[::1]:5070
[z]
type=transport
bind=127.0.0.1:0
[s]
type=transport
protocol=tls
`))
	for name, want := range map[string]string{"u": "0.0.0.0:5060", "t": "[::1]:5070", "z": "127.0.0.1:0", "s": "0.0.0.0:5061"} {
		if got := s.Transport(name).Bind.AddrPort.String(); got != want {
			t.Errorf("transport %s binds %s, want %s", name, got, want)
		}
	}
	u := s.Transport("u")
	if !u.LocalNet.Contains(netip.MustParseAddr("192.168.1.9")) || u.LocalNet.Contains(netip.MustParseAddr("192.168.2.9")) {
		t.Errorf("local networks %v", u.LocalNet)
	}
	if len(findings) != 2 { // tls is not served; it has no bind
		t.Errorf("findings:\n%s", text(findings))
	}
}

func TestLEDs(t *testing.T) {
	s, findings := Load(dir("leds.conf", "[led1]\n[led2]\ntype=led\ndevice=PJSIP/300\noutput=red\nbrightness=50\n"))
	if len(findings) != 0 {
		t.Errorf("findings:\n%s", text(findings))
	}
	if l := s.LED("led1"); l.Presence != "CustomPresence:led1" || l.Output != "led1" || l.Brightness != 100 {
		t.Errorf("led1: %+v", l)
	}
	if l := s.LED("led2"); l.Presence != "" || l.Device != "PJSIP/300" || l.Output != "red" || l.Brightness != 50 {
		t.Errorf("led2: %+v", l)
	}
}

func TestTheRevisionFollowsTheText(t *testing.T) {
	rev := func(text string) string {
		s, _ := Load(dir("pjsip.conf", text))
		return s.Revision
	}
	if a := rev("[a]\ntype=aor\n"); a != rev("[a]\ntype=aor\n") || a == rev("[b]\ntype=aor\n") {
		t.Error("equal text must give equal revisions, other text others")
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	const secret = "hunter2hunter2"
	s, findings := Load(dir(
		"pjsip.conf", "[a]\ntype=auth\npassword="+secret+"\nmd5_cred="+secret+"\n",
		"sip.conf", "[b]\ntype=friend\nhost=dynamic\nsecret="+secret+"\n"))
	for _, name := range []string{"a", "b"} {
		a := s.Auth(name)
		if a.Password.Reveal() != secret {
			t.Errorf("auth %s lost its password", name)
		}
		if out := fmt.Sprintf("%v %+v %#v %s", *a, *a, *a, findings); strings.Contains(out, secret) {
			t.Errorf("printed: %s", out)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("[a]\ntype=endpoint\nallow=!all,ulaw:30\n", "[general]\nbindport=1\n[b]\ntype=friend\nhost=[::1]:9\nnat=yes\n")
	f.Add("[a]\ntype=transport\nbind=::\n", "[b]\ntype=peer\nhost=h\ndeny=0.0.0.0/0\n")
	f.Fuzz(func(t *testing.T, pjsip, sip string) {
		s, findings := Load(dir("pjsip.conf", pjsip, "sip.conf", sip))
		for _, e := range s.Endpoints {
			if s.Endpoint(e.Name) != e || e.Origin.Line < 1 {
				t.Fatalf("endpoint %+v", e)
			}
		}
		for _, x := range findings {
			if x.File == "" || x.Code == "" || x.Severity == conffile.Error && x.Line == 0 {
				t.Fatalf("finding %+v", x)
			}
		}
	})
}
