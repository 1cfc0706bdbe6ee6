package indicator

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/board"
	"github.com/timbre-pbx/timbre/board/sim"
)

// shape is what an eye without colour vision sees in 16 s, sampled finely.
func shape(p Pattern) string {
	var out []byte
	for t := time.Duration(0); t < 16*time.Second; t += 12500 * time.Microsecond {
		c := byte('.')
		if p.At(t) {
			c = '#'
		}
		out = append(out, c)
	}
	return string(out)
}

func TestNoTwoPatternsLookAlikeWithoutColour(t *testing.T) {
	seen := map[string]string{}
	for _, p := range Table() {
		for _, waiting := range []bool{false, true} {
			q := Choose(Table(), p.Name, "", waiting)
			name := p.Name
			if waiting {
				name += "+message"
			}
			s := shape(q)
			if other, ok := seen[s]; ok {
				t.Errorf("%s looks like %s", name, other)
			}
			seen[s] = name
		}
	}
}

func TestNextNamesEveryChange(t *testing.T) {
	for _, p := range Table() {
		p.Flash = 10 * time.Second
		var at time.Duration
		on := p.At(0)
		for t0 := time.Duration(0); t0 < 30*time.Second; t0 += 500 * time.Microsecond {
			if now := p.At(t0); now != on {
				if t0 > at+p.Next(at)+500*time.Microsecond {
					t.Fatalf("%s changes at %v, Next at %v said %v", p.Name, t0, at, p.Next(at))
				}
				on = now
			}
			if t0 >= at+p.Next(at) {
				at = t0
			}
		}
	}
}

func TestADeviceInUseGoesBeforePresence(t *testing.T) {
	for _, c := range []struct{ presence, device, want string }{
		{"dnd", "", "dnd"}, {"dnd", "ringing", "ringing"}, {"available", "nonsense", "available"}, {"", "", "not_set"},
	} {
		if got := Choose(Table(), c.presence, c.device, false).Name; got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.presence, c.device, got, c.want)
		}
	}
}

func TestThePlayerShowsTheRhythmAndLeavesTheLightOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := sim.New(time.Now, "led1")
		p := NewPlayer(b, slog.New(slog.DiscardHandler), time.Now)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		if !p.Show("led1", Choose(Table(), "dnd", "", false)) || p.Show("led9", Pattern{}) {
			t.Error("a light is not found, or one that is not there is")
		}
		start := time.Now()
		time.Sleep(time.Second + time.Millisecond)
		line := b.Timeline("led1")
		changes := 0
		for _, c := range line {
			if c.Color == board.Red && !c.At.Before(start) {
				changes++
				if off := c.At.Sub(start); off%(125*time.Millisecond) != 0 || c.On != (off/(125*time.Millisecond)%2 == 0) {
					t.Errorf("at %v the light is %v", off, c.On)
				}
			}
		}
		if changes != 9 {
			t.Errorf("%d changes in a second of 4 Hz, want 9", changes)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if line = b.Timeline("led1"); line[len(line)-1].On {
			t.Error("the light stays on")
		}
		if p.Show("led1", Pattern{}) {
			t.Error("a player that ended shows patterns")
		}
	})
}

type broken struct{ board.Board }

func (b broken) LED(name string) (board.LED, bool) {
	_, ok := b.Board.LED(name)
	return b, ok
}
func (broken) Set(bool, board.Color) error { return errors.New("no such line") }

func TestALightThatCannotBeReachedIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := 0
		p := NewPlayer(broken{sim.New(time.Now, "led1")}, slog.New(counter{&lines}), time.Now)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx) }()
		p.Show("led1", Choose(Table(), "dnd", "", false))
		time.Sleep(time.Minute)
		stop()
		<-ended
		if lines != 1 {
			t.Errorf("%d lines, want one", lines)
		}
	})
}

type counter struct{ n *int }

func (c counter) Enabled(context.Context, slog.Level) bool  { return true }
func (c counter) Handle(context.Context, slog.Record) error { *c.n++; return nil }
func (c counter) WithAttrs([]slog.Attr) slog.Handler        { return c }
func (c counter) WithGroup(string) slog.Handler             { return c }
