package dial

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/pbx/bridge"
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/event"
)

// line is a scripted leg and its media; it notes what it was told.
type line struct {
	mu   sync.Mutex
	told []string
	ch   *channel.Channel
}

func (l *line) note(s string) { l.mu.Lock(); l.told = append(l.told, s); l.mu.Unlock() }
func (l *line) heard(s string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.told, s)
}
func (l *line) Ringing()                          { l.note("ringing") }
func (l *line) Progress()                         { l.note("progress") }
func (l *line) Answer()                           { l.note("answer"); l.ch.Post(channel.Event{Kind: channel.Answered}) }
func (l *line) Hangup(c call.Cause, _ int)        { l.note("hangup " + c.String()) }
func (l *line) SendDigit(d byte, _ time.Duration) { l.note("digit " + string(d)) }
func (l *line) Port() channel.Port                { return l }
func (l *line) Play(audio.Source, func())         { l.note("play") }
func (l *line) StopPlay()                         { l.note("stop") }
func (l *line) Echo(bool)                         {}

// office is a technology whose phones behave as the test says.
type office struct {
	t      *testing.T
	bus    *event.Bus
	phones map[string]func(*channel.Channel)
	lines  map[string]*line
	joined int
	parted int
}

func (o *office) Join(a, b channel.Port) error { o.joined++; return nil }
func (o *office) Part(a, b channel.Port)       { o.parted++ }

func (o *office) make(name string, outbound bool) *channel.Channel {
	l := &line{}
	l.ch = channel.New(context.Background(), channel.Config{
		ID: call.ID(name), Name: "PJSIP/" + name + "-00000001", Outbound: outbound, Leg: l, Events: o.bus, Now: time.Now()})
	o.lines[name] = l
	return l.ch
}

func (o *office) Call(_ context.Context, name string, _ *channel.Channel) (*channel.Channel, error) {
	script, ok := o.phones[name]
	if !ok {
		return nil, &Unreachable{Target: name, Cause: call.CauseAbsent, Why: "not registered"}
	}
	ch := o.make(name, true)
	go script(ch)
	return ch, nil
}

// run dials targets for a new caller and returns what came of it.
func run(t *testing.T, phones map[string]func(*channel.Channel), req Request, caller func(*channel.Channel)) (*office, Result, error) {
	t.Helper()
	o := &office{t: t, bus: &event.Bus{}, phones: phones, lines: map[string]*line{}}
	d := &Dialer{
		Technologies: map[string]Technology{"PJSIP": o},
		Bridge:       &bridge.Bridger{Media: o, Events: o.bus, Now: time.Now},
		Events:       o.bus, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}
	ch := o.make("caller", false)
	if caller != nil {
		go caller(ch)
	}
	res, err := d.Run(ch.Context(), ch, req)
	ch.End(time.Now())
	time.Sleep(time.Hour) // in the bubble: lets every script run out
	return o, res, err
}

func after(d time.Duration, ev channel.Event) func(*channel.Channel) {
	return func(ch *channel.Channel) { time.Sleep(d); ch.Post(ev) }
}

func answerThenHangUp(ring, talk time.Duration) func(*channel.Channel) {
	return func(ch *channel.Channel) {
		ch.Post(channel.Event{Kind: channel.Ringing})
		time.Sleep(ring)
		ch.Post(channel.Event{Kind: channel.Answered})
		time.Sleep(talk)
		ch.Post(channel.Event{Kind: channel.HungUp, Cause: call.CauseNormal})
	}
}

func TestTheFirstPhoneToAnswerWinsAndTheOthersStopRinging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, res, err := run(t, map[string]func(*channel.Channel){
			"100": answerThenHangUp(5*time.Second, time.Minute),
			"101": answerThenHangUp(2*time.Second, time.Minute),
		}, Request{Targets: []string{"PJSIP/100", "PJSIP/101"}, Timeout: 30 * time.Second}, nil)
		if err != nil || res.Status != Answer || !res.CalleeLeft || res.Peer != "PJSIP/101-00000001" {
			t.Fatalf("result %+v, %v", res, err)
		}
		if got := res.Ended.Sub(res.Answered); got != time.Minute {
			t.Errorf("talked for %v, want a minute", got)
		}
		if !o.lines["100"].heard("hangup " + call.CauseAnsweredElsewhere.String()) {
			t.Errorf("100 was not told that the call was answered elsewhere: %v", o.lines["100"].told)
		}
		if !o.lines["caller"].heard("ringing") || !o.lines["caller"].heard("answer") {
			t.Errorf("caller was told %v", o.lines["caller"].told)
		}
		if o.joined != 1 || o.parted != 1 {
			t.Errorf("joined %d times, parted %d", o.joined, o.parted)
		}
	})
}

func TestTheOutcomeOfTheLegsBecomesOneDialStatus(t *testing.T) {
	busy := after(time.Second, channel.Event{Kind: channel.HungUp, Cause: call.CauseBusy})
	congested := after(2*time.Second, channel.Event{Kind: channel.HungUp, Cause: call.CauseCongestion})
	refused := after(time.Second, channel.Event{Kind: channel.HungUp, Cause: call.CauseNoAnswer})
	silent := func(*channel.Channel) {}
	for name, c := range map[string]struct {
		phones  map[string]func(*channel.Channel)
		targets []string
		want    Status
	}{
		"busy beats congestion":         {map[string]func(*channel.Channel){"1": busy, "2": congested}, []string{"PJSIP/1", "PJSIP/2"}, Busy},
		"congestion beats no answer":    {map[string]func(*channel.Channel){"1": refused, "2": congested}, []string{"PJSIP/1", "PJSIP/2"}, Congestion},
		"nobody registered":             {nil, []string{"PJSIP/1", "PJSIP/2"}, Unavailable},
		"unknown technology":            {nil, []string{"DAHDI/1"}, Unavailable},
		"one away, the other times out": {map[string]func(*channel.Channel){"2": silent}, []string{"PJSIP/1", "PJSIP/2"}, NoAnswer},
		"no target at all":              {nil, nil, InvalidArgs},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, res, err := run(t, c.phones, Request{Targets: c.targets, Timeout: 20 * time.Second}, nil)
				if err != nil || res.Status != c.want {
					t.Errorf("%+v, %v; want %s", res, err, c.want)
				}
			})
		})
	}
}

func TestACallerWhoHangsUpFirstCancelsEveryLeg(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := func(*channel.Channel) {}
		o, res, err := run(t, map[string]func(*channel.Channel){"1": silent, "2": silent},
			Request{Targets: []string{"PJSIP/1", "PJSIP/2"}},
			after(3*time.Second, channel.Event{Kind: channel.HungUp, Cause: call.CauseNormal}))
		if res.Status != Cancel || err == nil {
			t.Fatalf("%+v, %v", res, err)
		}
		for _, n := range []string{"1", "2"} {
			if !o.lines[n].heard("hangup " + call.CauseNormal.String()) {
				t.Errorf("%s was told %v", n, o.lines[n].told)
			}
		}
	})
}

func TestEarlyMediaOfASingleLegReachesTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, _ := run(t, map[string]func(*channel.Channel){"1": func(ch *channel.Channel) {
			ch.Post(channel.Event{Kind: channel.Progress})
			time.Sleep(time.Second)
			ch.Post(channel.Event{Kind: channel.HungUp, Cause: call.CauseUnallocated})
		}}, Request{Targets: []string{"PJSIP/1"}}, nil)
		if !o.lines["caller"].heard("progress") || o.joined != 1 {
			t.Errorf("caller told %v, joined %d", o.lines["caller"].told, o.joined)
		}
	})
}

func TestASignalledDigitCrossesTheBridgeAndOneInTheMediaIsNotDoubled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _, _ := run(t, map[string]func(*channel.Channel){"1": func(ch *channel.Channel) {
			ch.Post(channel.Event{Kind: channel.Answered})
			time.Sleep(time.Second)
			ch.Post(channel.Event{Kind: channel.Digit, Digit: '5', Signalled: true})
			ch.Post(channel.Event{Kind: channel.Digit, Digit: '6'})
			time.Sleep(time.Second)
			ch.Post(channel.Event{Kind: channel.HungUp})
		}}, Request{Targets: []string{"PJSIP/1"}}, nil)
		if !o.lines["caller"].heard("digit 5") || o.lines["caller"].heard("digit 6") {
			t.Errorf("caller was told %v", o.lines["caller"].told)
		}
	})
}
