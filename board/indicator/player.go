package indicator

import (
	"context"
	"log/slog"
	"time"

	"github.com/timbre-pbx/timbre/board"
)

// Player shows a pattern on each light of a board. Show may be called from any
// goroutine; everything else is owned by the goroutine of Run.
type Player struct {
	board board.Board
	log   *slog.Logger
	now   func() time.Time
	want  chan request
	done  chan struct{}
	lit   map[string]*light
}

type request struct {
	led     string
	pattern Pattern
}

// light is what one LED shows.
type light struct {
	led     board.LED
	pattern Pattern
	start   time.Time
	known   bool // the LED's state is what on says
	on      bool
	failed  bool // the last Set did not reach it; said once
}

// NewPlayer makes a player for b; it shows nothing before Run.
func NewPlayer(b board.Board, log *slog.Logger, now func() time.Time) *Player {
	p := &Player{board: b, log: log, now: now, want: make(chan request), done: make(chan struct{}), lit: map[string]*light{}}
	for _, name := range b.LEDs() {
		led, _ := b.LED(name)
		p.lit[name] = &light{led: led}
	}
	return p
}

// Show has the light led show pattern from now on. It waits for the player's
// loop, which never waits for anything but the lights; a light that the board
// does not have is reported false.
func (p *Player) Show(led string, pattern Pattern) bool {
	if _, ok := p.board.LED(led); !ok {
		return false
	}
	select {
	case p.want <- request{led, pattern}:
		return true
	case <-p.done:
		return false
	}
}

// Run plays until ctx ends, then leaves every light off.
func (p *Player) Run(ctx context.Context) error {
	defer close(p.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case r := <-p.want:
			l := p.lit[r.led]
			l.pattern, l.start, l.known = r.pattern, p.now(), false
		case <-timer.C:
		case <-ctx.Done():
			for name, l := range p.lit {
				p.set(name, l, false)
			}
			return nil
		}
		if next := p.refresh(p.now()); next > 0 {
			timer.Reset(next)
		} else {
			timer.Stop()
		}
	}
}

// refresh brings every light to its state at now and returns how long that holds.
func (p *Player) refresh(now time.Time) (next time.Duration) {
	for name, l := range p.lit {
		since := now.Sub(l.start)
		if on := l.pattern.At(since); !l.known || on != l.on {
			p.set(name, l, on)
		}
		if d := l.pattern.Next(since); d > 0 && (next == 0 || d < next) {
			next = d
		}
	}
	return next
}

func (p *Player) set(name string, l *light, on bool) {
	err := l.led.Set(on, l.pattern.Color)
	l.known, l.on = err == nil, on
	if err != nil && !l.failed {
		p.log.Warn("light cannot be set", "led", name, "error", err)
	}
	l.failed = err != nil
}
