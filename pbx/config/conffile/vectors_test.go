package conffile

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/timbre-pbx/timbre/internal/shared"
)

// different names the vectors in which this reader differs from Asterisk, each
// with its reason.
var different = map[string]string{
	"conf-cat-18":     "the list behind a blank counts here",
	"conf-cat-19":     "the list behind a blank counts here",
	"conf-cat-42":     "an empty item of a list is nothing, not the item before it",
	"conf-cat-60":     "names are not cut at 79 bytes",
	"conf-long-8189":  "lines may be 64 KiB",
	"conf-long-8190":  "lines may be 64 KiB",
	"conf-long-8200":  "lines may be 64 KiB",
	"conf-long-10000": "lines may be 64 KiB",
}

type vector struct {
	ID      string            `json:"id"`
	Text    string            `json:"text"`
	TextHex string            `json:"text_hex"`
	Files   map[string]string `json:"files"`
	Output  struct {
		Load       string `json:"load"`
		Categories []struct {
			Category  string      `json:"category"`
			Variables [][2]string `json:"variables"`
		} `json:"categories"`
	} `json:"output"`
}

type flat struct {
	Name string
	Vars [][2]string
}

func TestReadAgreesWithObservedAsterisk(t *testing.T) {
	f, err := os.Open(shared.Path(t, "vectors/dialplan/config.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		t.Run(v.ID, func(t *testing.T) { checkVector(t, v) })
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func checkVector(t *testing.T, v vector) {
	text := []byte(v.Text)
	if v.TextHex != "" {
		text, _ = hex.DecodeString(v.TextHex)
	}
	fsys := fstest.MapFS{"main.conf": {Data: text}}
	for name, s := range v.Files {
		fsys[name] = &fstest.MapFile{Data: []byte(s)}
	}
	file, findings := Read(fsys, "main.conf")
	same := HasErrors(findings) == (v.Output.Load != "ok")
	diff := ""
	if v.Output.Load == "ok" {
		var got, want []flat
		for _, s := range file.Sections {
			vars := [][2]string{}
			for _, x := range s.Vars {
				vars = append(vars, [2]string{x.Key, x.Value})
			}
			got = append(got, flat{s.Name, vars})
		}
		for _, c := range v.Output.Categories {
			want = append(want, flat{c.Category, append([][2]string{}, c.Variables...)})
		}
		diff = cmp.Diff(want, got)
		same = same && diff == ""
	}
	if reason, ok := different[v.ID]; ok {
		if same {
			t.Errorf("agrees with Asterisk now; take it off the list (%s)", reason)
		}
		return
	}
	if !same {
		t.Errorf("load %q, findings %v\n%s", v.Output.Load, findings, diff)
	}
}
