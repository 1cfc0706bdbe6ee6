package bridge

import (
	"context"
	"errors"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/event"
)

// Media joins two ports so that each hears the other, and parts them. Join
// replaces whatever either port heard before. Neither waits.
type Media interface {
	Join(a, b channel.Port) error
	Part(a, b channel.Port)
}

// Bridger runs bridges. It is immutable.
type Bridger struct {
	Media  Media
	Events channel.Publisher
	Now    func() time.Time
}

// Early joins the media of two channels of which the called one is not yet
// answered, so that the caller hears its announcements.
func (b *Bridger) Early(caller, callee *channel.Channel) error {
	return b.join(caller, callee)
}

// Run joins two answered channels and drives both until one of them ends or
// ctx does. It returns the channel that left first, nil when ctx ended. Both
// channels' events belong to Run while it runs.
func (b *Bridger) Run(ctx context.Context, caller, callee *channel.Channel) (*channel.Channel, error) {
	if err := b.join(caller, callee); err != nil {
		return nil, err
	}
	caller.SetPartner(callee.ID())
	callee.SetPartner(caller.ID())
	b.Events.Publish(event.BridgeEnter{A: caller.Snapshot(), B: callee.Snapshot()})
	left := b.drive(ctx, caller, callee)
	if pa, pb := caller.Leg().Port(), callee.Leg().Port(); pa != nil && pb != nil {
		b.Media.Part(pa, pb)
	}
	caller.SetPartner("")
	callee.SetPartner("")
	b.Events.Publish(event.BridgeLeave{A: caller.Snapshot(), B: callee.Snapshot()})
	return left, nil
}

var errNoMedia = errors.New("bridge: a channel has no media")

func (b *Bridger) join(caller, callee *channel.Channel) error {
	pa, pb := caller.Leg().Port(), callee.Leg().Port()
	if pa == nil || pb == nil {
		return errNoMedia
	}
	return b.Media.Join(pa, pb)
}

// drive carries events across until somebody leaves.
func (b *Bridger) drive(ctx context.Context, caller, callee *channel.Channel) *channel.Channel {
	for {
		select {
		case ev := <-caller.Events():
			b.carry(ev, caller, callee)
		case ev := <-callee.Events():
			b.carry(ev, callee, caller)
		case <-caller.Context().Done():
			return caller
		case <-callee.Context().Done():
			return callee
		case <-ctx.Done():
			return nil
		}
	}
}

// carry gives an event of one channel its meaning for the other. Digits that
// came as RTP events pass through the media by themselves; only those that
// were signalled are sent on.
func (b *Bridger) carry(ev channel.Event, from, to *channel.Channel) {
	from.Apply(ev, b.Now())
	if ev.Kind == channel.Digit && ev.Signalled {
		to.Leg().SendDigit(ev.Digit, ev.Length)
	}
}

// CauseOf is the cause with which a channel ended, CauseNormal when it has not.
func CauseOf(ch *channel.Channel) call.Cause {
	if h, ok := call.HangupOf(ch.Context(), nil); ok {
		return h.Cause
	}
	return call.CauseNormal
}
