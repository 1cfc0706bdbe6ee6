package channel

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
)

type line struct {
	told    []string
	play    func(done func())
	answers bool
	ch      *Channel
}

func (l *line) Ringing()  { l.told = append(l.told, "ringing") }
func (l *line) Progress() { l.told = append(l.told, "progress") }
func (l *line) Answer() {
	l.told = append(l.told, "answer")
	if l.answers {
		l.ch.Post(Event{Kind: Answered})
	}
}
func (l *line) Hangup(c call.Cause, _ int)       { l.told = append(l.told, "hangup "+c.String()) }
func (l *line) SendDigit(byte, time.Duration)    {}
func (l *line) Port() Port                       { return l }
func (l *line) Play(_ audio.Source, done func()) { l.play(done) }
func (l *line) StopPlay()                        { l.told = append(l.told, "stop") }
func (l *line) Echo(bool)                        {}

func newCaller(t *testing.T, l *line, events Publisher) *Channel {
	l.ch = New(t.Context(), Config{ID: "1.1", Name: "PJSIP/100-00000001", Leg: l, Events: events,
		Context: "office", Dialed: "200", Now: time.Now()})
	return l.ch
}

func TestTheFarEndHangingUpEndsEveryVerbWithItsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{play: func(func()) {}}
		ch := newCaller(t, l, nil)
		go func() {
			time.Sleep(time.Second)
			ch.Post(Event{Kind: HungUp, Cause: call.CauseBusy})
		}()
		_, err := ch.Play(ch.Context(), nil, "")
		var h *call.Hangup
		if !errors.As(err, &h) || h.Cause != call.CauseBusy || h.By != "peer" {
			t.Errorf("play ended with %v", err)
		}
		if err := ch.Wait(ch.Context(), time.Second); err == nil {
			t.Error("a wait on a dead channel succeeds")
		}
		ch.End(time.Now())
		if slices.ContainsFunc(l.told, func(s string) bool { return s[:3] == "han" }) {
			t.Errorf("a leg that hung up itself was told to hang up: %v", l.told)
		}
	})
}

func TestAnswerWaitsForMediaButNotForEver(t *testing.T) {
	for _, answers := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			ch := newCaller(t, &line{answers: answers}, nil)
			start := time.Now()
			if err := ch.Answer(ch.Context()); err != nil || !ch.Up() {
				t.Fatalf("answers %v: %v, up %v", answers, err, ch.Up())
			}
			want := answerWait
			if answers {
				want = 0
			}
			if took := time.Since(start); took != want {
				t.Errorf("answers %v: took %v, want %v", answers, took, want)
			}
		})
	}
}

func TestADigitInTheStopSetEndsAPromptAndAnyOtherDoesNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{play: func(done func()) {}}
		ch := newCaller(t, l, nil)
		ch.Post(Event{Kind: Digit, Digit: '4'})
		ch.Post(Event{Kind: Digit, Digit: '#'})
		d, err := ch.Play(ch.Context(), nil, "#*")
		if d != '#' || err != nil || !slices.Contains(l.told, "stop") {
			t.Errorf("digit %q, %v, told %v", d, err, l.told)
		}
	})
}

func TestAPromptThatEndedDoesNotEndTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first func()
		l := &line{}
		l.play = func(done func()) { first = done; done() }
		ch := newCaller(t, l, nil)
		if _, err := ch.Play(ch.Context(), nil, ""); err != nil {
			t.Fatal(err)
		}
		l.play = func(done func()) {
			first()
			go func() { time.Sleep(time.Second); done() }()
		}
		start := time.Now()
		if _, err := ch.Play(ch.Context(), nil, ""); err != nil || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestALegThatFloodsItsMailboxIsHungUp(t *testing.T) {
	l := &line{}
	ch := newCaller(t, l, nil)
	for range mailboxSize + 1 {
		ch.Post(Event{Kind: Digit, Digit: '1'})
	}
	if ch.Context().Err() == nil || !slices.Contains(l.told, "hangup "+call.CauseSwitchCongestion.String()) {
		t.Errorf("told %v", l.told)
	}
}

func TestOnlyTheFirstHangupCounts(t *testing.T) {
	l := &line{}
	var bus event.Bus
	var last event.ChannelHangup
	bus.Hook(func(ev event.Event) {
		if h, ok := ev.(event.ChannelHangup); ok {
			last = h
		}
	})
	ch := newCaller(t, l, &bus)
	ch.Refuse(486, call.CauseBusy, "Busy")
	ch.Hangup(call.CauseNormal, "dialplan")
	ch.End(time.Now())
	if len(l.told) != 1 || last.Channel.Cause != call.CauseBusy || last.Channel.State != call.ChannelGone {
		t.Errorf("told %v, last %+v", l.told, last)
	}
}

func TestVariablesAreInheritedByTheirUnderscores(t *testing.T) {
	ch := newCaller(t, &line{}, nil)
	ch.SetVar("PLAIN", "a")
	ch.SetVar("_ONCE", "b")
	ch.SetVar("__ALWAYS", "c")
	child := New(context.Background(), Config{Vars: ch.Inherited(), Leg: &line{}})
	grandchild := New(context.Background(), Config{Vars: child.Inherited(), Leg: &line{}})
	for _, c := range []struct {
		ch   *Channel
		name string
		want bool
	}{{child, "PLAIN", false}, {child, "ONCE", true}, {child, "ALWAYS", true}, {grandchild, "ONCE", false}, {grandchild, "ALWAYS", true}} {
		if _, ok := c.ch.Var(c.name); ok != c.want {
			t.Errorf("%s: set %v, want %v", c.name, ok, c.want)
		}
	}
}
