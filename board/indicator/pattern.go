package indicator

import (
	"time"

	"github.com/timbre-pbx/timbre/board"
)

// Pattern is a rhythm and a colour. Beats alternate on and off, beginning with
// on, and repeat; no beats at all is off for ever, one beat is on for ever.
// It is immutable.
type Pattern struct {
	Name  string
	Color board.Color
	Beats []time.Duration
	// Flash adds a short flash at this period on top of the rhythm
	// (message waiting); 0 adds none.
	Flash time.Duration
}

// flashLength is how long the flash for a waiting message lasts.
const flashLength = 50 * time.Millisecond

const ms = time.Millisecond

// table is the default pattern of each state, by the name of the state: the
// presence states first, then what a device does. Every rhythm is distinct.
var table = [...]Pattern{
	{Name: "not_set"},
	{Name: "unavailable", Color: board.Red, Beats: []time.Duration{50 * ms, 7950 * ms}},
	{Name: "available", Color: board.Green, Beats: []time.Duration{time.Second}},
	{Name: "away", Color: board.Amber, Beats: []time.Duration{1000 * ms, 1000 * ms}},
	{Name: "xa", Color: board.Amber, Beats: []time.Duration{200 * ms, 3800 * ms}},
	{Name: "chat", Color: board.Green, Beats: []time.Duration{100 * ms, 150 * ms, 100 * ms, 1650 * ms}},
	{Name: "dnd", Color: board.Red, Beats: []time.Duration{125 * ms, 125 * ms}},
	{Name: "ringing", Color: board.Blue, Beats: []time.Duration{62500 * time.Microsecond, 62500 * time.Microsecond}},
	{Name: "inuse", Color: board.Red, Beats: []time.Duration{1800 * ms, 200 * ms}},
	{Name: "hold", Color: board.Red, Beats: []time.Duration{500 * ms, 500 * ms}},
}

// Table is a copy of the default patterns.
func Table() []Pattern { return append([]Pattern(nil), table[:]...) }

// Choose is the pattern for a light: what the device does goes before what the
// person says, and an unknown or empty name is not_set. waiting adds the flash
// of a waiting message.
func Choose(patterns []Pattern, presence, device string, waiting bool) Pattern {
	p, ok := byName(patterns, device)
	if !ok {
		if p, ok = byName(patterns, presence); !ok {
			p = Pattern{Name: "not_set"}
		}
	}
	if waiting {
		p.Flash = 10 * time.Second
	}
	return p
}

func byName(patterns []Pattern, name string) (Pattern, bool) {
	for _, p := range patterns {
		if p.Name == name && name != "" {
			return p, true
		}
	}
	return Pattern{}, false
}

// At says whether the light is on, since after the pattern began to show.
func (p Pattern) At(since time.Duration) bool {
	on, _ := p.beat(since)
	if p.Flash > 0 && since%p.Flash < flashLength {
		return !on // on a light that is on at this moment the flash is a gap
	}
	return on
}

// Next is how long after since the light may change; 0 means never.
func (p Pattern) Next(since time.Duration) time.Duration {
	_, left := p.beat(since)
	if p.Flash > 0 {
		in := since % p.Flash
		next := p.Flash - in
		if in < flashLength {
			next = flashLength - in
		}
		if left == 0 || next < left {
			left = next
		}
	}
	return left
}

// beat is the state of the bare rhythm and the time left in it; 0 left means
// that it lasts.
func (p Pattern) beat(since time.Duration) (on bool, left time.Duration) {
	switch len(p.Beats) {
	case 0:
		return false, 0
	case 1:
		return true, 0
	}
	var period time.Duration
	for _, b := range p.Beats {
		period += b
	}
	t := since % period
	for i, b := range p.Beats {
		if t < b {
			return i%2 == 0, b - t
		}
		t -= b
	}
	return false, 0
}
