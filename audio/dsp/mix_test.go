package dsp

import (
	"slices"
	"testing"
)

func TestMixIsLimited(t *testing.T) {
	dst := []int16{1, 30000, -30000, 5}
	Mix(dst, []int16{2, 10000, -10000})
	if want := []int16{3, 32767, -32768, 5}; !slices.Equal(dst, want) {
		t.Errorf("mix is %v, want %v", dst, want)
	}
}

func TestMixMinusLeavesOutTheListener(t *testing.T) {
	a, b, c := []int16{100, 30000}, []int16{20, 30000}, []int16{3, -30000}
	sum := make([]int32, 2)
	for _, voice := range [][]int16{a, b, c} {
		Accumulate(sum, voice)
	}
	dst := make([]int16, 2)
	for _, tc := range []struct{ own, want []int16 }{
		{a, []int16{23, 0}}, {c, []int16{120, 32767}}, {nil, []int16{123, 30000}},
	} {
		if MixMinus(dst, sum, tc.own); !slices.Equal(dst, tc.want) {
			t.Errorf("without %v: %v, want %v", tc.own, dst, tc.want)
		}
	}
}

func TestGain(t *testing.T) {
	for _, tc := range []struct {
		db       float64
		in, want int16
	}{
		{0, 1234, 1234}, {20, 100, 1000}, {-20, 1000, 100}, {40, 32767, 32767},
		{90, -32768, -32768}, {-200, 32767, 0}, {6, 20000, 32767},
	} {
		pcm := []int16{tc.in}
		if GainDB(tc.db).Apply(pcm); pcm[0] != tc.want {
			t.Errorf("%v dB makes %d of %d, want %d", tc.db, pcm[0], tc.in, tc.want)
		}
	}
}
