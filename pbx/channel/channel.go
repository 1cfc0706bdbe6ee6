package channel

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
)

// mailboxSize bounds the events that wait for a driver. A leg that fills it is
// hung up: nobody reads it any more.
const mailboxSize = 64

// Config is what a new channel is made of.
type Config struct {
	ID       call.ID
	LinkedID call.ID // empty: the channel's own ID
	Name     string  // PJSIP/100-00000001
	Endpoint string
	Outbound bool
	Caller   call.CallerID
	Dialed   string
	Context  string // where its dialplan starts
	Account  string
	Language string
	Vars     map[string]string
	Leg      Leg
	Events   Publisher
	Now      time.Time
}

// Publisher takes the channel's events; *event.Bus is one.
type Publisher interface{ Publish(event.Event) }

// Channel is one leg of a call. It is a monitor: every method may be called
// from any goroutine, except Next and the verbs that wait, which belong to the
// one goroutine that drives the channel.
type Channel struct {
	leg    Leg
	events Publisher
	box    chan Event
	ctx    context.Context
	cancel context.CancelCauseFunc

	mu       sync.Mutex
	snap     call.Snapshot
	language string
	vars     vars
	playSeq  uint64
	hungUp   bool // the leg was told or said so itself
}

// New makes a channel in state Ring (a caller) or Down (a leg that we call)
// and publishes it. The caller of New drives it or starts the goroutine that
// does, and calls End exactly once.
func New(parent context.Context, c Config) *Channel {
	if c.LinkedID == "" {
		c.LinkedID = c.ID
	}
	state := call.ChannelRing
	if c.Outbound {
		state = call.ChannelDown
	}
	ctx, cancel := context.WithCancelCause(parent)
	ch := &Channel{
		leg: c.Leg, events: c.Events, box: make(chan Event, mailboxSize), ctx: ctx, cancel: cancel,
		language: c.Language,
		snap: call.Snapshot{
			ID: c.ID, LinkedID: c.LinkedID, Name: c.Name, Endpoint: c.Endpoint, Outbound: c.Outbound,
			State: state, Caller: c.Caller, Dialed: c.Dialed, Account: c.Account, Created: c.Now,
			Position: call.Position{Context: c.Context, Exten: c.Dialed, Priority: 1},
		},
	}
	for k, v := range c.Vars {
		ch.vars.set(k, v)
	}
	ch.publish(func(s call.Snapshot) event.Event { return event.ChannelCreated{Channel: s} })
	return ch
}

// Context ends with a *call.Hangup cause when the channel does.
func (ch *Channel) Context() context.Context { return ch.ctx }

// Leg is the channel's signalling.
func (ch *Channel) Leg() Leg { return ch.leg }

// ID names the channel.
func (ch *Channel) ID() call.ID { return ch.snap.ID }

// Name is the channel's name, technology first.
func (ch *Channel) Name() string { return ch.snap.Name }

// Snapshot is the channel as it stands now.
func (ch *Channel) Snapshot() call.Snapshot {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.snap
}

// Post reports an event. It never waits: it may be called from a SIP shard or
// a media thread. A hang-up ends the channel's context at once; any other
// event joins the mailbox, and one that finds it full hangs the leg up.
func (ch *Channel) Post(ev Event) {
	if ev.Kind == HungUp {
		ch.mu.Lock()
		ch.hungUp = true
		ch.mu.Unlock()
		ch.cancel(&call.Hangup{Cause: ev.Cause, By: "peer"})
	}
	select {
	case ch.box <- ev:
	default:
		if ev.Kind != HungUp {
			ch.Hangup(call.CauseSwitchCongestion, "mailbox overflow")
		}
	}
}

// Next waits for the next event and applies its meaning for the channel's
// state. It returns the context's cause when the channel or ctx ended.
func (ch *Channel) Next(ctx context.Context, now func() time.Time) (Event, error) {
	select {
	case ev := <-ch.box:
		ch.apply(ev, now())
		return ev, nil
	case <-ctx.Done():
		return Event{}, context.Cause(ctx)
	case <-ch.ctx.Done():
		return Event{}, context.Cause(ch.ctx)
	}
}

// Events is the mailbox itself, for a driver that waits on several channels;
// it hands each event it takes to Apply.
func (ch *Channel) Events() <-chan Event { return ch.box }

// Apply gives an event taken from Events its meaning for the channel's state.
func (ch *Channel) Apply(ev Event, now time.Time) { ch.apply(ev, now) }

func (ch *Channel) apply(ev Event, now time.Time) {
	switch ev.Kind {
	case Ringing:
		ch.setState(call.ChannelRinging, now)
	case Answered:
		ch.setState(call.ChannelUp, now)
	}
}

func (ch *Channel) setState(s call.ChannelState, now time.Time) {
	ch.mu.Lock()
	if s <= ch.snap.State {
		ch.mu.Unlock()
		return
	}
	ch.snap.State = s
	if s == call.ChannelUp {
		ch.snap.Answered = now
	}
	ch.mu.Unlock()
	ch.publish(func(s call.Snapshot) event.Event { return event.ChannelState{Channel: s} })
}

// Hangup ends the channel from our side: its context is cancelled and the leg
// is told. Only the first call counts.
func (ch *Channel) Hangup(cause call.Cause, by string) { ch.hangup(cause, 0, by) }

// Refuse is Hangup with the SIP status that an unanswered caller gets.
func (ch *Channel) Refuse(status int, cause call.Cause, by string) { ch.hangup(cause, status, by) }

func (ch *Channel) hangup(cause call.Cause, status int, by string) {
	ch.mu.Lock()
	first := !ch.hungUp
	ch.hungUp = true
	ch.mu.Unlock()
	ch.cancel(&call.Hangup{Cause: cause, By: by})
	if first {
		ch.leg.Hangup(cause, status)
	}
}

// End forgets the channel: its leg is released if nobody did so before, and
// its last event is published. It is called once, by whoever drove it, after
// the dialplan's `h` ran.
func (ch *Channel) End(now time.Time) {
	ch.Hangup(call.CauseNormal, "system")
	var h *call.Hangup
	errors.As(context.Cause(ch.ctx), &h)
	ch.mu.Lock()
	ch.snap.State = call.ChannelGone
	ch.snap.Ended = now
	if h != nil {
		ch.snap.Cause = h.Cause
	}
	ch.mu.Unlock()
	ch.publish(func(s call.Snapshot) event.Event { return event.ChannelHangup{Channel: s} })
}

func (ch *Channel) publish(make func(call.Snapshot) event.Event) {
	if ch.events != nil {
		ch.events.Publish(make(ch.Snapshot()))
	}
}
