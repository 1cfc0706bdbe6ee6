package pbx

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/timbre-pbx/timbre/internal/shared"
	"github.com/timbre-pbx/timbre/pbx/config/conffile"
)

func TestTheExampleOfficeLoadsWithoutAnError(t *testing.T) {
	c, findings := LoadConfiguration(os.DirFS("../examples/office"))
	for _, f := range findings {
		if f.Severity != conffile.Info {
			t.Errorf("%s", f)
		}
	}
	for _, name := range []string{"100", "101", "102"} {
		if c.Objects.Endpoint(name) == nil {
			t.Errorf("endpoint %s is missing", name)
		}
	}
	if len(c.Plan.Hints()) != 4 {
		t.Errorf("%d hints, want 4", len(c.Plan.Hints()))
	}
}

func TestEverySlideOfTheTalkLoads(t *testing.T) {
	dir := shared.Path(t, "spec/talk-config")
	slides, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range slides {
		if !s.IsDir() {
			continue
		}
		t.Run(s.Name(), func(t *testing.T) {
			_, findings := LoadConfiguration(os.DirFS(dir + "/" + s.Name()))
			for _, f := range findings {
				if f.Severity == conffile.Error {
					t.Errorf("%s", f)
				}
			}
		})
	}
}

func TestNamesThatDoNotExistAreFoundAndNothingElseIs(t *testing.T) {
	_, findings := LoadConfiguration(fstest.MapFS{
		"pjsip.conf": {Data: []byte("[100]\ntype=endpoint\ncontext=lost\nauth=100\naors=100\n[100]\ntype=auth\nusername=100\npassword=Quiet-Heron-81-door\n[100]\ntype=aor\nmax_contacts=1\n")},
		"extensions.conf": {Data: []byte("[office]\n" +
			"exten => 1,1,Dial(PJSIP/100&SIP/nobody/200,20)\n" +
			"exten => 2,1,Dial(PJSIP/${EXTEN}&Local/1@office)\n" +
			"exten => 3,1,Teleport(moon)\n")}})
	got := map[string]int{}
	for _, f := range findings {
		if strings.HasPrefix(f.Code, "unknown-") {
			got[f.Code]++
			if f.File == "extensions.conf" && f.Line != 2 && f.Line != 4 {
				t.Errorf("%s", f)
			}
		}
	}
	for code, want := range map[string]int{codeUnknownApp: 1, codeUnknownTarget: 1, codeUnknownContext: 1} {
		if got[code] != want {
			t.Errorf("%s: %d findings, want %d: %v", code, got[code], want, findings)
		}
	}
}

func TestAFindingNamesItsPlace(t *testing.T) {
	_, findings := LoadConfiguration(fstest.MapFS{
		"extensions.conf": {Data: []byte("[office]\nexten => 1,1,Answer()\nexten => 1,1,Hangup()\n")}})
	for _, f := range findings {
		if f.File == "extensions.conf" && f.Line == 3 && strings.Contains(f.Text, "1") {
			return
		}
	}
	t.Errorf("the duplicate extension is not named: %v", findings)
}
