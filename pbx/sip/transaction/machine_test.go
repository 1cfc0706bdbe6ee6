package transaction

import (
	"testing"
	"time"
)

var epoch = time.Unix(0, 0)

type row struct {
	effects [events]Effect
	next    [events]State
}

// drive brings a fresh machine into a state.
type drive struct {
	name string
	make func() Machine
	in   map[State][]Event
	want map[State]row
}

const (
	x = Impossible
	i = Effect(0)
)

// machines is the whole table: columns are Request, Ack, Provisional, Success,
// Failure, SendError and an early Tick, over an unreliable transport.
func machines() []drive {
	return []drive{
		{"InviteClient", func() Machine { return NewInviteClient(epoch, Standard(), false) },
			map[State][]Event{Calling: {}, Proceeding: {Provisional}, Completed: {Failure}, Accepted: {Success}, Terminated: {SendError}},
			map[State]row{
				Calling:    {[events]Effect{x, x, Pass, Pass, SendAck | Pass, Broken | Done, i}, [events]State{Calling, Calling, Proceeding, Accepted, Completed, Terminated, Calling}},
				Proceeding: {[events]Effect{x, x, Pass, Pass, SendAck | Pass, Broken | Done, i}, [events]State{Proceeding, Proceeding, Proceeding, Accepted, Completed, Terminated, Proceeding}},
				Completed:  {[events]Effect{x, x, i, i, SendAck, Broken | Done, i}, [events]State{Completed, Completed, Completed, Completed, Completed, Terminated, Completed}},
				Accepted:   {[events]Effect{x, x, i, Pass, i, i, i}, same(Accepted)},
				Terminated: {[events]Effect{x, x, x, x, x, x, x}, same(Terminated)},
			}},
		{"Client", func() Machine { return NewClient(epoch, Standard(), false) },
			map[State][]Event{Trying: {}, Proceeding: {Provisional}, Completed: {Failure}, Terminated: {SendError}},
			map[State]row{
				Trying:     {[events]Effect{x, x, Pass, Pass, Pass, Broken | Done, i}, [events]State{Trying, Trying, Proceeding, Completed, Completed, Terminated, Trying}},
				Proceeding: {[events]Effect{x, x, Pass, Pass, Pass, Broken | Done, i}, [events]State{Proceeding, Proceeding, Proceeding, Completed, Completed, Terminated, Proceeding}},
				Completed:  {[events]Effect{x, x, i, i, i, i, i}, same(Completed)},
				Terminated: {[events]Effect{x, x, x, x, x, x, x}, same(Terminated)},
			}},
		{"InviteServer", func() Machine { return NewInviteServer(Standard(), false) },
			map[State][]Event{Proceeding: {}, Completed: {Failure}, Confirmed: {Failure, Ack}, Accepted: {Success}, Terminated: {SendError}},
			map[State]row{
				Proceeding: {[events]Effect{Send, x, Send, Send, Send, Broken | Done, i}, [events]State{Proceeding, Proceeding, Proceeding, Accepted, Completed, Terminated, Proceeding}},
				Completed:  {[events]Effect{Send, i, x, x, x, Broken | Done, i}, [events]State{Completed, Confirmed, Completed, Completed, Completed, Terminated, Completed}},
				Confirmed:  {[events]Effect{i, i, x, x, x, i, i}, same(Confirmed)},
				Accepted:   {[events]Effect{i, Pass, x, Send, x, i, i}, same(Accepted)},
				Terminated: {[events]Effect{x, x, x, x, x, x, x}, same(Terminated)},
			}},
		{"Server", func() Machine { return NewServer(Standard(), false) },
			map[State][]Event{Trying: {}, Proceeding: {Provisional}, Completed: {Failure}, Terminated: {SendError}},
			map[State]row{
				Trying:     {[events]Effect{i, x, Send, Send, Send, Broken | Done, i}, [events]State{Trying, Trying, Proceeding, Completed, Completed, Terminated, Trying}},
				Proceeding: {[events]Effect{Send, x, Send, Send, Send, Broken | Done, i}, [events]State{Proceeding, Proceeding, Proceeding, Completed, Completed, Terminated, Proceeding}},
				Completed:  {[events]Effect{Send, x, i, i, i, Broken | Done, i}, [events]State{Completed, Completed, Completed, Completed, Completed, Terminated, Completed}},
				Terminated: {[events]Effect{x, x, x, x, x, x, x}, same(Terminated)},
			}},
	}
}

func same(s State) (r [events]State) {
	for k := range r {
		r[k] = s
	}
	return r
}

func TestEveryStateTakesEveryEvent(t *testing.T) {
	for _, d := range machines() {
		for state, path := range d.in {
			for ev := range events {
				m := d.make()
				for _, e := range path {
					m.Step(epoch, e)
				}
				if m.State() != state {
					t.Fatalf("%s: the path leads to %v, not %v", d.name, m.State(), state)
				}
				got := m.Step(epoch, ev)
				if want := d.want[state]; got != want.effects[ev] || m.State() != want.next[ev] {
					t.Errorf("%s in %v, event %d: effects %b in %v, want %b in %v",
						d.name, state, ev, got, m.State(), want.effects[ev], want.next[ev])
				}
			}
		}
	}
}

// run ticks a machine until it ends and returns how often it sent, when it
// ended and with what.
func run(t *testing.T, m Machine, now time.Time) (sent int, end time.Duration, last Effect) {
	t.Helper()
	for range 100 {
		at := m.Next()
		if at.IsZero() {
			return sent, now.Sub(epoch), last
		}
		now = at
		last = m.Step(now, Tick)
		if last&Send != 0 {
			sent++
		}
		if last&Done != 0 {
			return sent, now.Sub(epoch), last
		}
	}
	t.Fatal("the machine never ends")
	return
}

func TestTimersRunAsTheTableSays(t *testing.T) {
	life := 32 * time.Second
	for _, c := range []struct {
		name string
		m    Machine
		ev   []Event
		sent int
		end  time.Duration
		last Effect
	}{
		{"INVITE, silence: A and B", NewInviteClient(epoch, Standard(), false), nil, 6, life, Timeout | Done},
		{"INVITE over TCP, silence: B", NewInviteClient(epoch, Standard(), true), nil, 0, life, Timeout | Done},
		{"INVITE rings for ever", NewInviteClient(epoch, Standard(), false), []Event{Provisional}, 0, 0, 0},
		{"INVITE refused: D", NewInviteClient(epoch, Standard(), false), []Event{Failure}, 0, life, Done},
		{"INVITE answered: M", NewInviteClient(epoch, Standard(), true), []Event{Success}, 0, life, Done},
		{"request, silence: E and F", NewClient(epoch, Standard(), false), nil, 10, life, Timeout | Done},
		{"request answered: K", NewClient(epoch, Standard(), false), []Event{Success}, 0, 5 * time.Second, Done},
		{"refused INVITE without ACK: G and H", NewInviteServer(Standard(), false), []Event{Failure}, 10, life, Timeout | Done},
		{"refused INVITE over TCP: H", NewInviteServer(Standard(), true), []Event{Failure}, 0, life, Timeout | Done},
		{"refused INVITE with ACK: I", NewInviteServer(Standard(), false), []Event{Failure, Ack}, 0, 5 * time.Second, Done},
		{"accepted INVITE: L", NewInviteServer(Standard(), true), []Event{Success}, 0, life, Done},
		{"request: J", NewServer(Standard(), false), []Event{Success}, 0, life, Done},
	} {
		for _, e := range c.ev {
			c.m.Step(epoch, e)
		}
		sent, end, last := run(t, c.m, epoch)
		if sent != c.sent || end != c.end || last != c.last {
			t.Errorf("%s: sent %d times, ended after %v with %b; want %d, %v, %b", c.name, sent, end, last, c.sent, c.end, c.last)
		}
	}
}

func TestReliableTransportsEndAtOnce(t *testing.T) {
	for name, got := range map[string]Effect{
		"D": NewInviteClient(epoch, Standard(), true).Step(epoch, Failure),
		"K": NewClient(epoch, Standard(), true).Step(epoch, Success),
		"J": NewServer(Standard(), true).Step(epoch, Success),
	} {
		if got&Done == 0 {
			t.Errorf("Timer %s is zero over a reliable transport, yet the transaction goes on", name)
		}
	}
}

func FuzzMachine(f *testing.F) {
	f.Add(uint8(0), []byte{2, 3, 6, 6})
	f.Add(uint8(2), []byte{4, 0, 1, 6})
	f.Fuzz(func(t *testing.T, kind uint8, script []byte) {
		now := epoch
		m := machines()[kind%4].make()
		for _, b := range script {
			now = now.Add(time.Duration(b>>4) * time.Second)
			was := m.State()
			e := m.Step(now, Event(b&15)%events)
			if (e&Done != 0) != (was != Terminated && m.State() == Terminated) {
				t.Fatalf("%v to %v with effects %b", was, m.State(), e)
			}
			if m.State() == Terminated && !m.Next().IsZero() {
				t.Fatal("a dead machine has a timer")
			}
		}
	})
}
