package dsp

import (
	"fmt"
	"math"
)

const (
	// maxRate is the highest sample rate, Hz.
	maxRate = 48000
	// baseRate divides every sample rate, Hz.
	baseRate = 8000
	// lobes is the filter's length in samples of the lower rate. It sets the
	// delay, half of it, and the width of the transition.
	lobes = 64
	// cutoff is the -6 dB point as a part of the lower rate; the stop band
	// begins at one half, so nothing folds back.
	cutoff = 0.466
	// kaiserBeta gives a stop band of about 70 dB.
	kaiserBeta = 6.76
	// coefBits is the fixed point of the coefficients.
	coefBits = 20
	// chunk is how many input samples are filtered at once.
	chunk = 960
)

// Resampler changes the sample rate of one stream by a polyphase FIR filter.
// It has state and belongs to one direction of one media port. The delay is 32
// samples of the lower rate: 4 ms between 8 and 16 kHz.
type Resampler struct {
	up, down int
	phases   [][]int32 // by phase, oldest input first
	buf      []int16   // taps-1 samples of history, then up to chunk new ones
	taps     int
	at       int // the next output, in steps of 1/up input from buf's oldest window
}

// NewResampler makes a resampler between two rates in Hz, both multiples of
// 8000 up to 48000.
func NewResampler(from, to int) (*Resampler, error) {
	for _, rate := range []int{from, to} {
		if rate <= 0 || rate > maxRate || rate%baseRate != 0 {
			return nil, fmt.Errorf("dsp: cannot resample %d Hz to %d Hz: rates are multiples of %d up to %d", from, to, baseRate, maxRate)
		}
	}
	g := gcd(from, to)
	r := &Resampler{up: to / g, down: from / g}
	if from == to {
		return r, nil
	}
	r.taps = lobes * from / min(from, to)
	r.phases = lowPass(r.taps, r.up, cutoff*float64(min(from, to))/float64(from*r.up))
	r.buf = make([]int16, r.taps-1+chunk)
	return r, nil
}

// MaxOut is the most samples that n input samples can make.
func (r *Resampler) MaxOut(n int) int { return (n*r.up + r.down - 1) / r.down }

// Process writes the samples that src makes to dst, which has room for
// MaxOut(len(src)), and returns how many. Where the rates divide len(src)
// evenly, as they do for whole frames, that is always the same number.
func (r *Resampler) Process(dst, src []int16) int {
	if r.up == r.down {
		return copy(dst, src)
	}
	n := 0
	for len(src) > 0 {
		part := src[:min(len(src), chunk)]
		src = src[len(part):]
		n += r.filter(dst[n:], part)
	}
	return n
}

func (r *Resampler) filter(dst, src []int16) int {
	copy(r.buf[r.taps-1:], src)
	n, end := 0, len(src)*r.up
	for ; r.at < end; r.at += r.down {
		window := r.buf[r.at/r.up:][:r.taps]
		dst[n] = dot(window, r.phases[r.at%r.up])
		n++
	}
	r.at -= end
	copy(r.buf, r.buf[len(src):len(src)+r.taps-1])
	return n
}

func dot(window []int16, coef []int32) int16 {
	sum := int64(1) << (coefBits - 1)
	window = window[:len(coef)]
	for i, c := range coef {
		sum += int64(c) * int64(window[i])
	}
	return int16(min(max(sum>>coefBits, math.MinInt16), math.MaxInt16))
}

// lowPass is a Kaiser-windowed sinc of taps*phases coefficients, cut off at fc
// cycles a sample of the upper rate, taken apart into phases of unity gain.
func lowPass(taps, phases int, fc float64) [][]int32 {
	n := taps * phases
	out := make([][]int32, phases)
	middle := float64(n-1) / 2
	for p := range out {
		h, sum := make([]float64, taps), 0.0
		for k := range h {
			// The newest input meets the filter's first coefficients.
			t := float64((taps-1-k)*phases+p) - middle
			w := t / (middle + 1)
			h[k] = sinc(2*fc*t) * bessel0(kaiserBeta*math.Sqrt(1-w*w))
			sum += h[k]
		}
		out[p] = make([]int32, taps)
		for k, v := range h {
			out[p][k] = int32(math.Round(v / sum * (1 << coefBits)))
		}
	}
	return out
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel0 is the modified Bessel function of the first kind and order zero.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
