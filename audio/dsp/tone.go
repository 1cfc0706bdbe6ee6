package dsp

import (
	"math"

	"github.com/timbre-pbx/timbre/audio"
)

const (
	fullScale = 32767
	// overload is the level of a sine at full scale, dBm0.
	overload = 3.14
	// rampMS is how long a tone takes to rise and to fall, so that it does
	// not click.
	rampMS = 2
	// sineBits is the size of the sine table as a power of two.
	sineBits = 10
)

// Partial is one frequency of a tone.
type Partial struct {
	Hz    float64
	Level float64 // dBm0
}

// Segment is a tone, or silence when there are no partials.
type Segment struct {
	Partials []Partial
	MS       int // length in milliseconds; 0 lasts for ever
}

// Cadence is a sequence of segments. It is immutable.
type Cadence struct {
	Segments []Segment
	Loop     bool // begins again at the end
}

// Generator plays a Cadence. It is an audio.Source and owned like one.
type Generator struct {
	rate     int
	segments []segment
	loop     bool
	current  int
	elapsed  int // samples of the current segment
	ramp     int // samples
}

type segment struct {
	oscillators []oscillator
	length      int // samples, 0 for ever
}

// oscillator is a phase accumulator; a turn is 2^32.
type oscillator struct {
	step      uint32
	amplitude int64
}

// NewGenerator prepares c at rate Hz, from its start.
func NewGenerator(rate int, c Cadence) *Generator {
	g := &Generator{rate: rate, loop: c.Loop, ramp: max(rate*rampMS/1000, 1)}
	for _, s := range c.Segments {
		seg := segment{length: s.MS * rate / 1000}
		if s.MS > 0 && seg.length == 0 {
			continue
		}
		for _, p := range s.Partials {
			seg.oscillators = append(seg.oscillators, oscillator{
				step:      uint32(int64(p.Hz / float64(rate) * (1 << 32))),
				amplitude: int64(min(math.Pow(10, (p.Level-overload)/20), 1) * fullScale),
			})
		}
		g.segments = append(g.segments, seg)
	}
	return g
}

// Rate is the sample rate in Hz.
func (g *Generator) Rate() int { return g.rate }

// Read plays on.
func (g *Generator) Read(dst []int16) (int, error) {
	n := 0
	for n < len(dst) {
		if g.current == len(g.segments) {
			return n, audio.ErrEnd
		}
		seg := &g.segments[g.current]
		part := dst[n:]
		if left := seg.length - g.elapsed; seg.length > 0 && left < len(part) {
			part = part[:left]
		}
		g.play(part, seg)
		n += len(part)
		if g.elapsed += len(part); seg.length > 0 && g.elapsed == seg.length {
			g.next()
		}
	}
	return n, nil
}

func (g *Generator) next() {
	g.elapsed = 0
	if g.current++; g.current == len(g.segments) && g.loop {
		g.current = 0
	}
}

func (g *Generator) play(dst []int16, seg *segment) {
	for i := range dst {
		at := g.elapsed + i
		var sum int64
		for _, o := range seg.oscillators {
			sum += o.amplitude * int64(sine(uint32(at)*o.step)) / fullScale
		}
		edge := uint(at) // an endless tone may wrap on 32 bits
		if seg.length > 0 {
			edge = min(edge, uint(seg.length-1-at))
		}
		if edge < uint(g.ramp) {
			sum = sum * int64(edge) / int64(g.ramp)
		}
		dst[i] = int16(min(max(sum, math.MinInt16), math.MaxInt16))
	}
}

// sineTable is one turn and the first point of the next. It is never written
// after start-up.
var sineTable = func() (t [1<<sineBits + 1]int32) {
	for i := range t {
		t[i] = int32(math.Round(fullScale * math.Sin(2*math.Pi*float64(i)/(1<<sineBits))))
	}
	return t
}()

// sine is the sine of a phase, between points of the table on a straight line.
func sine(phase uint32) int32 {
	const fraction = 32 - sineBits
	i := phase >> fraction
	part := int64(phase & (1<<fraction - 1))
	a, b := sineTable[i], sineTable[i+1]
	return a + int32(int64(b-a)*part>>fraction)
}
