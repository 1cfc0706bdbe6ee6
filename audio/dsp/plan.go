package dsp

import "strings"

// toneLevel is the level of each frequency of a supervisory tone, dBm0: within
// the range that E.180 clause 6 gives.
const toneLevel = -13

// Plan is the supervisory tones of one country (ITU-T E.180 Supplement 2).
type Plan struct {
	Dial, Ring, Busy, Congestion, CallWaiting Cadence
}

// Tone finds a tone of the plan by the name that Playtones uses; beep is the
// same everywhere.
func (p Plan) Tone(name string) (Cadence, bool) {
	switch strings.ToLower(name) {
	case "dial":
		return p.Dial, true
	case "ring", "ringback", "ringing":
		return p.Ring, true
	case "busy":
		return p.Busy, true
	case "congestion":
		return p.Congestion, true
	case "callwaiting":
		return p.CallWaiting, true
	case "beep":
		return Beep(), true
	}
	return Cadence{}, false
}

// Beep is the short tone before a recording: 1 kHz for a quarter of a second.
func Beep() Cadence {
	return Cadence{Segments: []Segment{{Partials: partials(1000), MS: 250}}}
}

// CountryPlan finds the plan of a country by its two letters (uk and gb are
// one); false when the build does not know the country.
func CountryPlan(country string) (Plan, bool) {
	switch strings.ToLower(country) {
	case "us", "ca":
		return Plan{
			Dial: steady(350, 440), Ring: cadence(partials(440, 480), 2000, 4000),
			Busy: cadence(partials(480, 620), 500, 500), Congestion: cadence(partials(480, 620), 250, 250),
			CallWaiting: cadence(partials(440), 300, 10000),
		}, true
	case "es":
		return Plan{
			Dial: steady(425), Ring: cadence(partials(425), 1500, 3000),
			Busy: cadence(partials(425), 200, 200), Congestion: cadence(partials(425), 200, 200, 200, 200, 200, 600),
			CallWaiting: cadence(partials(425), 175, 175, 175, 3500),
		}, true
	case "uk", "gb":
		return Plan{
			Dial: steady(350, 440), Ring: cadence(partials(400, 450), 400, 200, 400, 2000),
			Busy: cadence(partials(400), 375, 375), Congestion: cadence(partials(400), 400, 350, 225, 525),
			CallWaiting: cadence(partials(400), 100, 4000),
		}, true
	case "de":
		return Plan{
			Dial: steady(425), Ring: cadence(partials(425), 1000, 4000),
			Busy: cadence(partials(425), 480, 480), Congestion: cadence(partials(425), 240, 240),
			CallWaiting: cadence(partials(425), 200, 200, 200, 5000),
		}, true
	}
	return Plan{}, false
}

func steady(hz ...float64) Cadence {
	return Cadence{Segments: []Segment{{Partials: partials(hz...)}}}
}

// cadence is sound and silence in turn, in milliseconds, for ever.
func cadence(sound []Partial, ms ...int) Cadence {
	c := Cadence{Loop: true}
	for i, length := range ms {
		s := Segment{MS: length}
		if i%2 == 0 {
			s.Partials = sound
		}
		c.Segments = append(c.Segments, s)
	}
	return c
}

func partials(hz ...float64) []Partial {
	out := make([]Partial, len(hz))
	for i, f := range hz {
		out[i] = Partial{Hz: f, Level: toneLevel}
	}
	return out
}
