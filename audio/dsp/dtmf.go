package dsp

import "strings"

// The keypad of ITU-T Q.23, row by row.
const dtmfKeys = "123A456B789C*0#D"

const (
	// dtmfLow and dtmfHigh are the levels of the two groups, dBm0: the high
	// one is sent stronger, as a line loses more of it.
	dtmfLow  = -9
	dtmfHigh = -7
)

// DTMF is the tones of digits, each for on milliseconds and followed by gap
// milliseconds of silence. It is false when there are no digits or one is not
// a key.
func DTMF(digits string, on, gap int) (Cadence, bool) {
	if digits == "" || on <= 0 {
		return Cadence{}, false
	}
	low, high := [4]float64{697, 770, 852, 941}, [4]float64{1209, 1336, 1477, 1633}
	var c Cadence
	for _, r := range strings.ToUpper(digits) {
		key := strings.IndexRune(dtmfKeys, r)
		if key < 0 {
			return Cadence{}, false
		}
		sound := []Partial{{low[key/4], dtmfLow}, {high[key%4], dtmfHigh}}
		c.Segments = append(c.Segments, Segment{Partials: sound, MS: on})
		if gap > 0 {
			c.Segments = append(c.Segments, Segment{MS: gap})
		}
	}
	return c, true
}
