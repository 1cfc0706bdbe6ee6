package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/timbre-pbx/timbre/internal/shared"
	"github.com/timbre-pbx/timbre/pbx/config/conffile"
)

func text(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintln(&b, f)
	}
	return b.String()
}

func TestEveryFolderOfTheTalkLoadsWithoutAnError(t *testing.T) {
	root := shared.Path(t, "spec/talk-config")
	dirs, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if !d.IsDir() {
			continue
		}
		t.Run(d.Name(), func(t *testing.T) {
			s, findings := Load(os.DirFS(filepath.Join(root, d.Name())))
			if conffile.HasErrors(findings) {
				t.Errorf("findings:\n%s", text(findings))
			}
			if s.Revision == "" {
				t.Error("no revision")
			}
			if want, ok := talkFindings()[d.Name()]; ok {
				if diff := cmp.Diff(want, text(findings)); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// talkFindings is what the slides' slips draw.
func talkFindings() map[string]string {
	return map[string]string{
		"02-tenants-and-users": `sip.conf:1: warning: a blank stands between [default] and "("; Asterisk would ignore the list, here it counts [blank-before-(]
sip.conf:9: warning: a blank stands between [empresa1] and "("; Asterisk would ignore the list, here it counts [blank-before-(]
sip.conf:14: warning: a blank stands between [empresa1_ext300] and "("; Asterisk would ignore the list, here it counts [blank-before-(]
sip.conf:18: warning: a blank stands between [empresa1_ext399] and "("; Asterisk would ignore the list, here it counts [blank-before-(]
sip.conf:5: info: peer "empresa1_ext300": "label" is kept and has no effect here [no-effect]
`,
		"08-acl-named": `sip.conf:6: warning: peer "erojano": "acl" is kept and has no effect here [not-enforced]
`,
		"11-presence": ``,
		"12-pjsip": `pjsip.conf:5: warning: transport "transport-udp": "localnet" is taken as "local_net" [alias-key]
pjsip.conf:10: warning: section [mytrunk]: type "registration" is kept and has no effect here [unknown-type]
pjsip.conf:31: warning: endpoint "erojano": "mailbox" is taken as "mailboxes" [alias-key]
`,
	}
}

// loadSet renders the load set's directory with n digest phones, as its
// render.sh does.
func loadSet(tb testing.TB, n int) fs.FS {
	root := shared.Path(tb, "peers/load/etc")
	entries, err := os.ReadDir(root)
	if err != nil {
		tb.Fatal(err)
	}
	var phones strings.Builder
	for i := 1001; i <= 1000+n; i++ {
		fmt.Fprintf(&phones, "[%d](media)\nallow = ulaw\nauth = %d\naors = %d\n[%d]\ntype = auth\nauth_type = userpass\n"+
			"username = %d\npassword = pw-%d\n[%d]\ntype = aor\nmax_contacts = 1\nremove_existing = yes\n", i, i, i, i, i, i, i)
	}
	fill := strings.NewReplacer("@SIP_PORT@", "15060", "@UAS_PORT@", "15080", "@PHONES@", phones.String(), "@RUN@", "/run")
	fsys := fstest.MapFS{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(root, e.Name()))
		if err != nil {
			tb.Fatal(err)
		}
		fsys[e.Name()] = &fstest.MapFile{Data: []byte(fill.Replace(string(b)))}
	}
	return fsys
}

func TestTheLoadSetLoads(t *testing.T) {
	s, findings := Load(loadSet(t, 1000))
	if conffile.HasErrors(findings) {
		t.Fatalf("findings:\n%s", text(findings))
	}
	if len(s.Endpoints) != 1009 || len(s.Auths) != 1000 || len(s.AORs) != 1001 || len(s.Transports) != 2 {
		t.Errorf("%d endpoints, %d auths, %d aors, %d transports", len(s.Endpoints), len(s.Auths), len(s.AORs), len(s.Transports))
	}
	e := s.Endpoint("1500")
	if e == nil || e.Context != "bench" || e.DirectMedia || !e.RTPSymmetric || e.MediaAddress.String() != "127.0.0.1" ||
		!cmp.Equal(e.Codecs.Names(), []string{"ulaw"}) || !cmp.Equal(e.AORs, []string{"1500"}) {
		t.Errorf("endpoint 1500: %+v", e)
	}
	if a := s.AOR("1500"); a == nil || a.MaxContacts != 1 || !a.RemoveExisting {
		t.Errorf("aor 1500: %+v", a)
	}
	if a := s.Auth("1500"); a == nil || a.Password.Reveal() != "pw-1500" {
		t.Errorf("auth 1500: %+v", a)
	}
	if s.RTP.Start != 20000 || s.RTP.End != 23999 || s.Global.UserAgent != "bench-peer" {
		t.Errorf("rtp %+v, user agent %q", s.RTP, s.Global.UserAgent)
	}
	if s.Extensions.Section("bench") == nil {
		t.Error("the dialplan's sections are not kept")
	}
}

func BenchmarkLoad1000Phones(b *testing.B) {
	fsys := loadSet(b, 1000)
	for b.Loop() {
		Load(fsys)
	}
}
