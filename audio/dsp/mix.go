package dsp

import "math"

// Mix adds src to dst, limited to 16 bits. The shorter of the two decides.
func Mix(dst, src []int16) {
	n := min(len(dst), len(src))
	dst = dst[:n]
	for i, s := range src[:n] {
		dst[i] = saturate(int32(dst[i]) + int32(s))
	}
}

// Accumulate adds src to a sum of many voices, which is not limited: 65 535
// voices fit.
func Accumulate(sum []int32, src []int16) {
	n := min(len(sum), len(src))
	sum = sum[:n]
	for i, s := range src[:n] {
		sum[i] += int32(s)
	}
}

// MixMinus writes what one voice hears of sum: everybody but itself. A listener
// that has no voice passes nil for own.
func MixMinus(dst []int16, sum []int32, own []int16) {
	n := min(len(dst), len(sum))
	spoken := min(n, len(own))
	for i := range spoken {
		dst[i] = saturate(sum[i] - int32(own[i]))
	}
	for i := spoken; i < n; i++ {
		dst[i] = saturate(sum[i])
	}
}

// Gain is a factor in fixed point with 16 bits after the point.
type Gain int32

// Unity changes nothing.
const Unity Gain = 1 << 16

// GainDB is the gain of db decibels, between silence and +40 dB.
func GainDB(db float64) Gain {
	if math.IsNaN(db) {
		return Unity
	}
	return Gain(math.Round(math.Pow(10, min(db, 40)/20) * float64(Unity)))
}

// Apply multiplies pcm in place, limited to 16 bits.
func (g Gain) Apply(pcm []int16) {
	if g == Unity {
		return
	}
	for i, s := range pcm {
		v := (int64(s)*int64(g) + int64(Unity/2)) >> 16
		pcm[i] = int16(min(max(v, math.MinInt16), math.MaxInt16))
	}
}

func saturate(v int32) int16 {
	return int16(min(max(v, math.MinInt16), math.MaxInt16))
}
