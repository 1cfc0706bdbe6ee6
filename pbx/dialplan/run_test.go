package dialplan

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/channel/channeltest"
)

// play runs a call to exten in context c through conf and returns the steps,
// what the far end saw, and the log.
func play(t *testing.T, conf, exten string) (steps, actions []string, log string) {
	t.Helper()
	plan, problems := Compile(sections(conf))
	for _, p := range problems {
		t.Log(p)
	}
	apps := []App{
		{Name: "NoOp", Run: func(context.Context, *Call, string) error { return nil }},
		{Name: "End", Run: func(context.Context, *Call, string) error { return ErrEnd }},
		{Name: "Panic", Run: func(context.Context, *Call, string) error { panic("oops") }},
		{Name: "Busy", Run: func(context.Context, *Call, string) error { return &call.Hangup{Cause: 17, By: "Busy"} }},
		{Name: "Goto", Run: func(_ context.Context, c *Call, args string) error {
			p := SplitArgs(args, 2)
			c.Goto(call.Position{Context: p[0], Exten: Arg(p, 1), Priority: 1})
			return nil
		}},
	}
	ch, leg := channeltest.New(t.Context(), channeltest.Script{Config: channel.Config{Context: "c", Dialed: exten}})
	var out bytes.Buffer
	Run(t.Context(), Env{
		Plan: plan, Registry: NewRegistry(apps, nil), Globals: NewGlobals(plan),
		Log: slog.New(slog.NewTextHandler(&out, nil)), Now: func() time.Time { return time.Unix(1, 0) }, MaxSteps: 100,
		Trace: func(_ *channel.Channel, s TraceStep) { steps = append(steps, s.App+"("+s.Args+")") },
	}, ch)
	return steps, leg.Actions(), out.String()
}

func TestACallRunsItsStepsAndThenH(t *testing.T) {
	for name, c := range map[string]struct {
		conf, exten    string
		steps, actions []string
	}{
		"falls through":         {"[c]\nexten => 1,1,NoOp(${EXTEN})\nsame => n,NoOp(b)\nexten => h,1,NoOp(h)\n", "1", []string{"NoOp(1)", "NoOp(b)", "NoOp(h)"}, []string{"hangup 0 603"}},
		"is never entered":      {"[c]\nexten => 1,1,NoOp()\nexten => h,1,NoOp(h)\n", "2", nil, []string{"hangup 1 404"}},
		"goes to i":             {"[c]\nexten => 1,1,Goto(c,9)\nexten => i,1,NoOp(${INVALID_EXTEN})\n", "1", []string{"Goto(c,9)", "NoOp(9)"}, []string{"hangup 0 603"}},
		"has no i":              {"[c]\nexten => 1,1,Goto(c,9)\n", "1", []string{"Goto(c,9)"}, []string{"hangup 0 603"}},
		"is refused":            {"[c]\nexten => 1,1,Busy()\nexten => h,1,NoOp(${HANGUPCAUSE})\n", "1", []string{"Busy()", "NoOp(17)"}, []string{"hangup 17 486"}},
		"meets an unknown app":  {"[c]\nexten => 1,1,Nope()\nexten => h,1,NoOp(h)\n", "1", []string{"NoOp(h)"}, []string{"hangup 0 603"}},
		"survives a panic":      {"[c]\nexten => 1,1,Panic()\nexten => h,1,NoOp(h)\n", "1", []string{"Panic()", "NoOp(h)"}, []string{"hangup 0 603"}},
		"reads a global":        {"[globals]\nG=${NONE}x\n[c]\nexten => 1,1,NoOp(${G}$[1+1])\n", "1", []string{"NoOp(x2)"}, []string{"hangup 0 603"}},
		"finds includes second": {"[c]\ninclude => d\nexten => _X,1,NoOp(own)\n[d]\nexten => 1,1,NoOp(d)\n", "1", []string{"NoOp(own)"}, []string{"hangup 0 603"}},
	} {
		steps, actions, _ := play(t, c.conf, c.exten)
		if !slices.Equal(steps, c.steps) || !slices.Equal(actions, c.actions) {
			t.Errorf("a call that %s: steps %q, far end %q, want %q and %q", name, steps, actions, c.steps, c.actions)
		}
	}
}

func TestALoopThatNeverWaitsEndsWithOneLine(t *testing.T) {
	steps, actions, log := play(t, "[c]\nexten => 1,1,Goto(c,1)\nexten => h,1,NoOp(h)\n", "1")
	if len(steps) != 101 || actions[0] != "hangup 42 503" || strings.Count(log, "\n") != 1 || !strings.Contains(log, "loops") {
		t.Errorf("%d steps, far end %q, log %q", len(steps), actions, log)
	}
}

func TestTheSecondOfTwoEqualPrioritiesIsReported(t *testing.T) {
	plan, problems := Compile(sections("[c]\nexten => 1, 1, NoOp(a)\nexten => 1,1,NoOp(b)\n"))
	s, ok := plan.Find("c", "1", 1, "")
	if !ok || s.Args != "a" || len(problems) != 1 || problems[0].Line != 3 {
		t.Errorf("%+v, %v", s, problems)
	}
}

func TestBothFormsOfAHintNameThePresence(t *testing.T) {
	plan, problems := Compile(sections("[c]\nexten=>1, hint, CustomPresence:led1\nexten => 2,hint,PJSIP/300&Custom:lamp1,CustomPresence:led1\nexten => 3,hint,,CustomPresence:led1\n"))
	if len(plan.Hints()) != 3 || len(problems) != 1 {
		t.Fatalf("%+v, %v", plan.Hints(), problems)
	}
	for _, h := range plan.Hints() {
		if !slices.Equal(h.Presence, []string{"CustomPresence:led1"}) {
			t.Errorf("%+v", h)
		}
	}
	if h, ok := plan.Hint("c", "2"); !ok || !slices.Equal(h.Devices, []string{"PJSIP/300", "Custom:lamp1"}) {
		t.Errorf("%+v", h)
	}
}
