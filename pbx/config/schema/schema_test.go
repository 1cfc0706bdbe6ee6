package schema

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
)

type thing struct {
	Count  int      `conf:"count" default:"3" range:"1-9"`
	Port   uint16   `conf:"port" default:"5060"`
	Wait   Seconds  `conf:"wait" default:"60" range:"5-"`
	On     bool     `conf:"on" default:"yes"`
	Mode   string   `conf:"mode" default:"a" enum:"a|b"`
	Names  []string `conf:"names" alias:"name" ref:"thing"`
	Codecs Codecs   `conf:"allow,disallow" default:"ulaw"`
	Lines  Lines    `conf:"line"`
	Key    Secret   `conf:"key"`
	Unseen int
}

func vars(pairs ...string) []conffile.Variable {
	var out []conffile.Variable
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, conffile.Variable{Key: pairs[i], Value: pairs[i+1], File: "f", Line: i/2 + 1})
	}
	return out
}

func TestDecode(t *testing.T) {
	o := New[thing]("old")
	var x thing
	o.Defaults(&x)
	extra, findings := o.Decode(&x, vars(
		"COUNT", "5", "count", "10", "port", "70000", "wait", "1", "on", "maybe", "mode", "B",
		"name", "x, y,", "disallow", "all", "allow", "g722:30,alaw", "line", "1", "line", "2,3",
		"old", "1", "cuont", "1", "key", "s"), "thing")
	want := thing{
		Count: 5, Port: 5060, Wait: Seconds(time.Minute), On: true, Mode: "b", Names: []string{"x", "y"},
		Codecs: Codecs{{"g722", 30 * time.Millisecond}, {"alaw", 0}}, Lines: Lines{"1", "2,3"}, Key: "s",
	}
	if diff := cmp.Diff(want, x); diff != "" {
		t.Error(diff)
	}
	if len(extra) != 2 || extra[0].Key != "old" || extra[1].Key != "cuont" {
		t.Errorf("extra %v", extra)
	}
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintln(&b, f)
	}
	if diff := cmp.Diff(`f:2: warning: thing: count = "10" is bad: want 1 to 9 [bad-value]
f:3: warning: thing: port = "70000" is bad: want 0 to 65535 [bad-value]
f:4: warning: thing: wait = "1" is bad: want at least 5 [bad-value]
f:5: warning: thing: on = "maybe" is bad: want yes or no [bad-value]
f:7: warning: thing: "name" is taken as "names" [alias-key]
f:12: info: thing: "old" is kept and has no effect here [no-effect]
f:13: warning: thing: unknown key "cuont" is kept and has no effect; is "count" meant? [unknown-key]
`, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestFieldsAreDescribed(t *testing.T) {
	o := New[thing]()
	byName := map[string]Field{}
	for _, f := range o.Fields {
		byName[f.Name] = f
	}
	if len(byName) != 9 || !byName["Key"].Secret || byName["Names"].Ref != "thing" || byName["Mode"].Enum[1] != "b" {
		t.Errorf("fields %+v", o.Fields)
	}
	if !o.Has("NAME") || o.Has("unseen") {
		t.Error("Has")
	}
}

func TestCodecs(t *testing.T) {
	tests := []struct {
		lines [][2]string
		want  string
		bad   bool
	}{
		{[][2]string{{"allow", "ulaw,alaw"}, {"disallow", "ulaw"}}, "alaw", false},
		{[][2]string{{"allow", "ulaw"}, {"allow", "!all,g722, alaw:20"}}, "g722 alaw", false},
		{[][2]string{{"disallow", "all"}, {"allow", "ULAW"}, {"allow", "ulaw:40"}}, "ulaw", false},
		{[][2]string{{"allow", "bogus,alaw,g722:0"}}, "alaw", true},
		{[][2]string{{"disallow", "!alaw"}}, "alaw", false},
	}
	for _, tt := range tests {
		var c Codecs
		var err error
		for _, l := range tt.lines {
			if e := c.SetConf(l[0], l[1]); e != nil {
				err = e
			}
		}
		if got := strings.Join(c.Names(), " "); got != tt.want || (err != nil) != tt.bad {
			t.Errorf("%v: %q, %v", tt.lines, got, err)
		}
	}
	var all Codecs
	if err := all.SetConf("allow", "all,!ulaw"); err != nil || all[0].Name != "alaw" {
		t.Errorf("%v, %v", all, err)
	}
}

func TestParsePrefix(t *testing.T) {
	for in, want := range map[string]string{
		"10.1.2.3/8": "10.0.0.0/8", "192.168.1.0/255.255.255.0": "192.168.1.0/24", "192.0.2.1": "192.0.2.1/32",
		"[2001:db8::1]": "2001:db8::1/128", "2001:db8::/32": "2001:db8::/32", "0.0.0.0/0.0.0.0": "0.0.0.0/0",
	} {
		if got, err := ParsePrefix(in); err != nil || got != netip.MustParsePrefix(want) {
			t.Errorf("%s: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "x", "1.2.3", "1.2.3.4/33", "1.2.3.4/255.0.255.0", "1.2.3.4/-1", "fe80::1%eth0"} {
		if got, err := ParsePrefix(in); err == nil {
			t.Errorf("%q is taken as %v", in, got)
		}
	}
}

func TestASecretPrintsAsStars(t *testing.T) {
	s := Secret("hunter2")
	text, _ := s.MarshalText()
	if out := fmt.Sprintf("%s %v %q %#v %+v %s", s, s, s, s, struct{ S Secret }{s}, text); strings.Contains(out, "hunter2") {
		t.Error(out)
	}
	if s.Reveal() != "hunter2" || Secret("").String() != "" {
		t.Error("Reveal or empty")
	}
}
