package apps

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/channel/channeltest"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

type world struct {
	status string
	asked  DialRequest
}

func (w *world) Open(_, name string) (audio.Source, error) {
	if name == "missing" {
		return nil, errors.New("no such prompt")
	}
	return nil, nil
}

func (w *world) Dial(_ context.Context, _ *channel.Channel, r DialRequest) (string, error) {
	w.asked = r
	return w.status, nil
}

// run plays the lines as extension 1 of context c and returns the steps and
// what the far end saw.
func run(t *testing.T, w *world, s channeltest.Script, lines ...string) (steps, actions []string) {
	t.Helper()
	sec := dialplan.Section{Name: "c"}
	for i, l := range lines {
		key := "same"
		if l[0] != 'n' {
			key = "exten"
		}
		sec.Lines = append(sec.Lines, dialplan.Line{Key: key, Value: l, File: "f", Line: i + 1})
	}
	plan, problems := dialplan.Compile([]dialplan.Section{sec})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	synctest.Test(t, func(t *testing.T) {
		s.Config.Context, s.Config.Dialed = "c", "1"
		ch, leg := channeltest.New(t.Context(), s)
		log := slog.New(slog.DiscardHandler)
		dialplan.Run(t.Context(), dialplan.Env{
			Plan: plan, Registry: dialplan.NewRegistry(All(Deps{Sounds: w, Dialer: w, Log: log, Now: time.Now}), nil),
			Globals: dialplan.NewGlobals(plan), Log: log, Now: time.Now,
			Trace: func(_ *channel.Channel, s dialplan.TraceStep) { steps = append(steps, s.App+"("+s.Args+")") },
		}, ch)
		ch.End(time.Now())
		actions = leg.Actions()
	})
	return steps, actions
}

func TestApplicationsDoWhatTheDialplanAsks(t *testing.T) {
	for name, c := range map[string]struct {
		status  string
		script  channeltest.Script
		lines   []string
		last    string
		actions []string
	}{
		"Answer and Hangup": {lines: []string{"1,1,Answer()", "n,Hangup(17)"}, last: "Hangup(17)", actions: []string{"answer", "hangup 17 0"}},
		"Hangup refuses":    {lines: []string{"1,1,Hangup(17)"}, last: "Hangup(17)", actions: []string{"hangup 17 486"}},
		"Congestion":        {lines: []string{"1,1,Congestion()"}, last: "Congestion()", actions: []string{"hangup 34 503"}},
		"Ringing, Progress": {lines: []string{"1,1,Ringing()", "n,Progress()", "n,Wait(1)", "n,Busy()"}, last: "Busy()", actions: []string{"ringing", "progress", "hangup 17 486"}},
		"Playback": {lines: []string{"1,1,Playback(a&missing&b)", "n,NoOp(${PLAYBACKSTATUS})"}, last: "NoOp(FAILED)",
			actions: []string{"answer", "play", "play", "hangup 16 0"}},
		"Playback skip": {lines: []string{"1,1,Playback(a,skip)", "n,NoOp(x)"}, last: "NoOp(x)", actions: []string{"hangup 0 603"}},
		"GotoIf":        {lines: []string{"1,1,GotoIf($[1=1]?yes:no)", "n(no),NoOp(no)", "n,Hangup()", "n(yes),NoOp(yes)"}, last: "NoOp(yes)", actions: []string{"hangup 0 603"}},
		"ExecIf":        {lines: []string{"1,1,ExecIf(0?Set(A=1):Set(A=2))", "n,NoOp(${A})"}, last: "NoOp(2)", actions: []string{"hangup 0 603"}},
		"MSet":          {lines: []string{"1,1,MSet(A=1,B=2)", "n,NoOp(${A}${B})"}, last: "NoOp(12)", actions: []string{"hangup 0 603"}},
		"Dial answered": {status: "ANSWER", lines: []string{"1,1,Dial(SIP/a,20)", "n,NoOp(x)"}, last: "Dial(SIP/a,20)", actions: []string{"hangup 0 603"}},
		"Dial with g":   {status: "ANSWER", lines: []string{"1,1,Dial(SIP/a,20,gT)", "n,NoOp(${DIALSTATUS})"}, last: "NoOp(ANSWER)", actions: []string{"hangup 0 603"}},
		"Dial busy":     {status: "BUSY", lines: []string{"1,1,Dial(SIP/a,20)"}, last: "Dial(SIP/a,20)", actions: []string{"hangup 17 486"}},
		"WaitExten t":   {lines: []string{"1,1,WaitExten(3)", "t,1,NoOp(t)"}, last: "NoOp(t)", actions: []string{"hangup 0 603"}},
		"far end leaves": {script: channeltest.Script{HangupAt: 2}, lines: []string{"1,1,Playback(a)", "n,NoOp(x)", "h,1,NoOp(h)"}, last: "NoOp(h)",
			actions: []string{"answer", "play", "stop"}},
		"Echo": {script: channeltest.Script{HangupAt: 2}, lines: []string{"1,1,Answer()", "n,Echo()"}, last: "Echo()", actions: []string{"answer", "echo on", "echo off"}},
	} {
		steps, actions := run(t, &world{status: c.status}, c.script, c.lines...)
		if len(steps) == 0 || steps[len(steps)-1] != c.last || !slices.Equal(actions, c.actions) {
			t.Errorf("%s: steps %q, far end %q, want last %q and %q", name, steps, actions, c.last, c.actions)
		}
	}
}

func TestDialReadsItsArguments(t *testing.T) {
	req, bad := ParseDial("SIP/Operador/600&PJSIP/300&nonsense,20.5,L(60000:10000)gm(jazz)T")
	if !slices.Equal(req.Targets, []Target{{"SIP", "Operador/600"}, {"PJSIP", "300"}}) || !slices.Equal(bad, []string{"nonsense"}) {
		t.Errorf("%+v, %q", req.Targets, bad)
	}
	if req.Timeout != 20500*time.Millisecond || req.Options['L'] != "60000:10000" || req.Options['m'] != "jazz" || !req.Options.Has('T') || req.Options.Has('r') {
		t.Errorf("%+v", req)
	}
}

func TestACauseWithoutAnAnswerIsStillTold(t *testing.T) {
	if _, actions := run(t, &world{}, channeltest.Script{}, "1,1,Hangup(4)"); actions[0] != "hangup 4 603" {
		t.Error(actions, call.Cause(4))
	}
}
