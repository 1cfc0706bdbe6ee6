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
