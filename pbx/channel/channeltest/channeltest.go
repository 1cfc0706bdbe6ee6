package channeltest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
)

// Script says how the far end behaves. The zero Script answers at once and
// plays every source in no time.
type Script struct {
	Config channel.Config // ID, Name, Dialed and Now are filled in when empty
	// HangupAt is the n-th action (Answer, Play or Echo, counted from 1) at which
	// the far end hangs up instead; 0 never.
	HangupAt int
	// Digit is pressed while the n-th source plays (from 1).
	Digit map[int]byte
	// Silent keeps the far end from answering.
	Silent bool
}

// Leg is the fake signalling and media of one channel. It is a monitor.
type Leg struct {
	script Script
	ch     *channel.Channel

	mu      sync.Mutex
	actions []string
	waits   int
	plays   int
}

// New makes a channel on a fake leg; ctx ends it.
func New(ctx context.Context, s Script) (*channel.Channel, *Leg) {
	c := s.Config
	if c.ID == "" {
		c.ID = "1.1"
	}
	if c.Name == "" {
		c.Name = "Test/1-00000001"
	}
	if c.Now.IsZero() {
		c.Now = time.Unix(1, 0)
	}
	leg := &Leg{script: s}
	c.Leg = leg
	leg.ch = channel.New(ctx, c)
	return leg.ch, leg
}

// Actions is what was done so far: "ringing", "progress", "answer", "play",
// "stop", "echo on", "digit 5", "hangup 17 486".
func (l *Leg) Actions() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.actions)
}

func (l *Leg) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.actions = append(l.actions, fmt.Sprintf(format, args...))
}

// leaves counts a wait and says whether the far end hangs up at it.
func (l *Leg) leaves() bool {
	l.mu.Lock()
	l.waits++
	gone := l.waits == l.script.HangupAt
	l.mu.Unlock()
	if gone {
		l.ch.Post(channel.Event{Kind: channel.HungUp, Cause: call.CauseNormal})
	}
	return gone
}

// Ringing notes the request.
func (l *Leg) Ringing() { l.note("ringing") }

// Progress notes the request.
func (l *Leg) Progress() { l.note("progress") }

// Answer answers, unless the script hangs up or stays silent.
func (l *Leg) Answer() {
	l.note("answer")
	if !l.leaves() && !l.script.Silent {
		l.ch.Post(channel.Event{Kind: channel.Answered})
	}
}

// Hangup notes the cause and the status.
func (l *Leg) Hangup(cause call.Cause, status int) { l.note("hangup %d %d", uint8(cause), status) }

// SendDigit notes the digit.
func (l *Leg) SendDigit(digit byte, _ time.Duration) { l.note("digit %c", digit) }

// Port is the leg's fake media.
func (l *Leg) Port() channel.Port { return (*port)(l) }

// port is the Leg seen as media.
type port Leg

// Play ends at once, after the digit that the script presses.
func (p *port) Play(_ audio.Source, done func()) {
	l := (*Leg)(p)
	l.note("play")
	l.mu.Lock()
	l.plays++
	digit := l.script.Digit[l.plays]
	l.mu.Unlock()
	if l.leaves() {
		return
	}
	if digit != 0 {
		l.ch.Post(channel.Event{Kind: channel.Digit, Digit: digit})
	}
	done()
}

// StopPlay notes the request.
func (p *port) StopPlay() { (*Leg)(p).note("stop") }

// Echo notes the request; a script that hangs up does so here too.
func (p *port) Echo(on bool) {
	l := (*Leg)(p)
	if !on {
		l.note("echo off")
		return
	}
	l.note("echo on")
	l.leaves()
}
