package channel

import (
	"context"
	"time"

	"github.com/timbre-pbx/timbre/audio"
)

// answerWait bounds how long Answer waits for the far end's media; the call
// goes on without it, as Asterisk's Answer does.
const answerWait = 500 * time.Millisecond

// Answer answers the channel if it is not yet up and waits for media to flow,
// at most half a second.
func (ch *Channel) Answer(ctx context.Context) error {
	if ch.Up() {
		return nil
	}
	ch.leg.Answer()
	wait, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	for {
		ev, err := ch.Next(wait, time.Now)
		if err != nil {
			if ended := ch.ended(ctx); ended != nil {
				return ended
			}
			ch.Apply(Event{Kind: Answered}, time.Now())
			return nil
		}
		if ev.Kind == Answered {
			return nil
		}
	}
}

// Wait lets d pass, or returns why the channel ended. Digits are discarded.
func (ch *Channel) Wait(ctx context.Context, d time.Duration) error {
	_, err := ch.WaitDigit(ctx, d, "")
	return err
}

// WaitDigit waits at most d for one of the digits in accept and returns it, or
// 0 when the time passed.
func (ch *Channel) WaitDigit(ctx context.Context, d time.Duration, accept string) (byte, error) {
	wait, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	for {
		ev, err := ch.Next(wait, time.Now)
		if err != nil {
			return 0, ch.ended(ctx)
		}
		if ev.Kind == Digit && contains(accept, ev.Digit) {
			return ev.Digit, nil
		}
	}
}

// Play plays src to its end. A digit in stop ends it early and is returned.
func (ch *Channel) Play(ctx context.Context, src audio.Source, stop string) (byte, error) {
	port := ch.leg.Port()
	if port == nil {
		return 0, nil
	}
	ch.mu.Lock()
	ch.playSeq++
	seq := ch.playSeq
	ch.mu.Unlock()
	port.Play(src, func() { ch.Post(Event{Kind: PlayDone, Seq: seq}) })
	for {
		ev, err := ch.Next(ctx, time.Now)
		if err != nil {
			port.StopPlay()
			return 0, err
		}
		switch {
		case ev.Kind == PlayDone && ev.Seq == seq:
			return 0, nil
		case ev.Kind == Digit && contains(stop, ev.Digit):
			port.StopPlay()
			return ev.Digit, nil
		}
	}
}

// ended is nil while the channel and ctx live, and their cause after.
func (ch *Channel) ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if ch.ctx.Err() != nil {
		return context.Cause(ch.ctx)
	}
	return nil
}

func contains(set string, digit byte) bool {
	for i := range len(set) {
		if set[i] == digit {
			return true
		}
	}
	return false
}
