// Package sim is the simulated board: lights that exist only as a timeline of
// what they were told. The setup page draws them where no board is present,
// and tests read the timeline.
package sim

import (
	"sync"
	"time"

	"github.com/timbre-pbx/timbre/board"
)

// timelineSize bounds how many changes a light remembers.
const timelineSize = 1024

// Change is one moment of a light.
type Change struct {
	At    time.Time
	On    bool
	Color board.Color
}

// Board is a simulated board. It is a monitor.
type Board struct {
	names []string
	now   func() time.Time

	mu       sync.Mutex
	timeline map[string][]Change
}

// New makes a board with the lights named.
func New(now func() time.Time, leds ...string) *Board {
	return &Board{names: leds, now: now, timeline: make(map[string][]Change, len(leds))}
}

// Name is "sim".
func (b *Board) Name() string { return "sim" }

// LEDs names the lights.
func (b *Board) LEDs() []string { return append([]string(nil), b.names...) }

// LED finds a light by name.
func (b *Board) LED(name string) (board.LED, bool) {
	for _, n := range b.names {
		if n == name {
			return led{b, name}, true
		}
	}
	return nil, false
}

// Close turns every light off.
func (b *Board) Close() error {
	for _, n := range b.names {
		_ = led{b, n}.Set(false, board.None) // a simulated light cannot fail
	}
	return nil
}

// Timeline is a copy of what the light was told, the oldest first; the last
// 1,024 changes are kept.
func (b *Board) Timeline(name string) []Change {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Change(nil), b.timeline[name]...)
}

type led struct {
	board *Board
	name  string
}

// Set notes the change; telling a light what it shows already is no change.
func (l led) Set(on bool, color board.Color) error {
	b := l.board
	b.mu.Lock()
	defer b.mu.Unlock()
	line := b.timeline[l.name]
	if n := len(line); n > 0 && line[n-1].On == on && line[n-1].Color == color {
		return nil
	}
	if len(line) == timelineSize {
		line = line[1:]
	}
	b.timeline[l.name] = append(line, Change{b.now(), on, color})
	return nil
}
