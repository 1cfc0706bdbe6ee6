package apps

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/internal/shared"
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/channel/channeltest"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// flowCase is one observed call: the steps it executed.
type flowCase struct {
	ID, Conf, Context, Exten, CallerID, Globals, DTMF string
	Output                                            struct{ Trace [][]any }
}

// different lists the calls that go another way here: on purpose (blanks
// around the parts of Goto are taken away, numbers do not wrap, an empty ExecIf
// goes on, long texts are kept, text is not always UTF-8), or because something is
// not built (hangup handlers, TIMEOUT, ENV, the read-only HANGUPCAUSE).
var different = []string{
	"flow-goto-16", "flow-goto-28", "flow-execif-08", "flow-noargs-forms", "flow-handlers-noreturn",
	"flow-abs-timeout-noT", "flow-timeout-to-e", "flow-abs-to-e", "var-substr-utf8-003", "var-substr-utf8-004",
	"var-env-001", "var-env-005", "var-undef-013", "var-prio-010", "var-lines-006", "var-lines-007",
}

// ours says that a case uses only what is built here, on one channel, in plain
// lines (the comment syntax belongs to the file reader).
func (c flowCase) ours(known map[string]bool) bool {
	if slices.Contains(different, c.ID) || c.DTMF != "" || strings.Contains(c.Conf, ";") || len(c.Output.Trace) == 0 {
		return false
	}
	for _, s := range c.Output.Trace {
		if len(s) < 6 || s[0] != "A" || !known[fmt.Sprint(s[4])] {
			return false
		}
	}
	text := strings.ReplaceAll(c.Conf, "${LEN(", "")
	for _, f := range []string{"(CALLERID", "{CALLERID", "{CHANNEL", "{MATH", "GLOBAL(", "switch"} {
		if strings.Contains(text, f) {
			return false
		}
	}
	return true
}

func (c flowCase) sections() []dialplan.Section {
	var out []dialplan.Section
	for i, line := range strings.Split("[globals]\n"+c.Globals+"\n"+c.Conf, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			out = append(out, dialplan.Section{Name: strings.Trim(line, "[]")})
		} else if key, value, ok := strings.Cut(line, "="); ok {
			s := &out[len(out)-1]
			s.Lines = append(s.Lines, dialplan.Line{
				Key: strings.TrimSpace(key), Value: strings.TrimSpace(strings.TrimPrefix(value, ">")), File: "f", Line: i,
			})
		}
	}
	return out
}

// trace runs the case and returns its steps in the form of the vectors.
func (c flowCase) trace(t *testing.T) string {
	var steps []string
	plan, _ := dialplan.Compile(c.sections())
	synctest.Test(t, func(t *testing.T) {
		ch, _ := channeltest.New(t.Context(), channeltest.Script{Config: channel.Config{
			Context: c.Context, Dialed: c.Exten, Caller: call.CallerID{Number: c.CallerID},
		}})
		log := slog.New(slog.DiscardHandler)
		lenFunc := dialplan.Func{Name: "LEN", Read: func(_ *dialplan.Call, a string) (string, error) { return fmt.Sprint(len(a)), nil }}
		dialplan.Run(t.Context(), dialplan.Env{
			Plan: plan, Registry: dialplan.NewRegistry(All(Deps{Sounds: &world{}, Log: log, Now: time.Now}), []dialplan.Func{lenFunc}),
			Globals: dialplan.NewGlobals(plan), Log: log, Now: time.Now,
			Trace: func(_ *channel.Channel, s dialplan.TraceStep) {
				steps = append(steps, fmt.Sprintf("%s,%s,%d %s(%s)", s.Context, s.Exten, s.Priority, s.App, s.Args))
			},
		}, ch)
		ch.End(time.Now())
	})
	return strings.Join(steps, "\n")
}

func TestCallsTakeTheStepsThatAsteriskTook(t *testing.T) {
	known := map[string]bool{}
	for _, a := range All(Deps{}) {
		known[a.Name] = a.Name != "Dial" && a.Name != "Playback" && a.Name != "Echo"
	}
	right, n := 0, 0
	for _, name := range []string{"flow.jsonl", "variables.jsonl"} {
		f, err := os.Open(shared.Path(t, "vectors/dialplan/"+name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		in := bufio.NewScanner(f)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			var c flowCase
			if json.Unmarshal(in.Bytes(), &c) != nil || !c.ours(known) {
				continue
			}
			var want []string
			for _, s := range c.Output.Trace {
				want = append(want, fmt.Sprintf("%v,%v,%v %v(%v)", s[1], s[2], s[3], s[4], s[5]))
			}
			n++
			if got := c.trace(t); got != strings.Join(want, "\n") {
				t.Errorf("%s:\n%s\n--- got\n%s\n--- want\n%s", c.ID, c.Conf, got, strings.Join(want, "\n"))
				continue
			}
			right++
		}
	}
	t.Logf("%d of %d right", right, n)
}
