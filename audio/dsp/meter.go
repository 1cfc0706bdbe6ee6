package dsp

import "math"

// Meter measures how much of what it hears is one frequency (Goertzel's
// algorithm). It is an audio.Sink and owned like one; the longer it listens,
// the narrower it hears: about rate/samples Hz.
type Meter struct {
	rate   int
	coef   float64
	s1, s2 float64
	energy float64
	n      int
}

// NewMeter listens for hz at rate Hz.
func NewMeter(rate int, hz float64) *Meter {
	return &Meter{rate: rate, coef: 2 * math.Cos(2*math.Pi*hz/float64(rate))}
}

// Rate is the sample rate in Hz.
func (m *Meter) Rate() int { return m.rate }

// Write listens to src.
func (m *Meter) Write(src []int16) {
	for _, s := range src {
		x := float64(s)
		m.s1, m.s2 = x+m.coef*m.s1-m.s2, m.s1
		m.energy += x * x
	}
	m.n += len(src)
}

// Share is the part of all energy at the frequency, 0 to 1; 0 when silent.
func (m *Meter) Share() float64 {
	if m.energy == 0 {
		return 0
	}
	power := m.s1*m.s1 + m.s2*m.s2 - m.coef*m.s1*m.s2
	return min(2*power/(float64(m.n)*m.energy), 1)
}

// Level is the level of everything heard in dBm0, negative infinity when
// silent. A sine at full scale is +3.14 dBm0, as for A-law (G.711 table 5).
func (m *Meter) Level() float64 {
	if m.n == 0 {
		return math.Inf(-1)
	}
	return 10*math.Log10(2*m.energy/float64(m.n)/(fullScale*fullScale)) + overload
}

// Reset forgets what was heard.
func (m *Meter) Reset() { m.s1, m.s2, m.energy, m.n = 0, 0, 0, 0 }

// ToneShare is the share of hz in pcm, in one call.
func ToneShare(pcm []int16, rate int, hz float64) float64 {
	m := NewMeter(rate, hz)
	m.Write(pcm)
	return m.Share()
}
