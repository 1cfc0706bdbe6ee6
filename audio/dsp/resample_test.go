package dsp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func sineWave(rate int, hz, amplitude float64, n int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(math.Round(amplitude * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))))
	}
	return out
}

func rms(pcm []int16) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

func resample(t testing.TB, from, to int, in []int16) []int16 {
	t.Helper()
	r, err := NewResampler(from, to)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int16, r.MaxOut(len(in)))
	return out[:r.Process(out, in)]
}

var ratePairs = [][2]int{{8000, 16000}, {16000, 8000}, {8000, 48000}, {48000, 8000}, {16000, 48000}, {48000, 16000}, {8000, 24000}, {32000, 48000}, {48000, 32000}}

func TestResamplerKeepsThePassBand(t *testing.T) {
	for _, p := range ratePairs {
		low := float64(min(p[0], p[1]))
		for _, hz := range []float64{200, low * 0.1, low * 0.3, low * 0.42} {
			out := resample(t, p[0], p[1], sineWave(p[0], hz, 10000, p[0]))
			if len(out) != p[1] {
				t.Fatalf("%v: a second makes %d samples", p, len(out))
			}
			out = out[len(out)/4:]
			if db := 20 * math.Log10(rms(out)*math.Sqrt2/10000); math.Abs(db) > 0.5 {
				t.Errorf("%v: %.0f Hz changes by %.2f dB", p, hz, db)
			}
			if share := ToneShare(out, p[1], hz); share < 0.99999 {
				t.Errorf("%v: %.0f Hz comes out with %.1f dB of other sound", p, hz, 10*math.Log10(1-share))
			}
		}
	}
}

func TestResamplerStopsWhatWouldFoldBack(t *testing.T) {
	for _, p := range ratePairs {
		if p[1] > p[0] {
			continue // see the images of going up below
		}
		for _, part := range []float64{0.502, 0.55, 0.75, 0.98} {
			hz := part * float64(p[1])
			if hz >= float64(p[0])/2 {
				continue
			}
			out := resample(t, p[0], p[1], sineWave(p[0], hz, 30000, p[0]))
			out = out[len(out)/4:]
			if db := 20 * math.Log10((rms(out)+1e-9)*math.Sqrt2/30000); db > -60 {
				t.Errorf("%v: %.0f Hz comes through at %.1f dB, want below -60", p, hz, db)
			}
		}
	}
}

func TestResamplerMakesNoImages(t *testing.T) {
	for _, p := range ratePairs {
		if p[1] < p[0] {
			continue
		}
		for _, part := range []float64{0.05, 0.25, 0.42, 0.49} {
			hz := part * float64(p[0])
			out := resample(t, p[0], p[1], sineWave(p[0], hz, 30000, p[0]))
			out = out[len(out)/4:]
			for image := float64(p[0]); image < float64(p[1]); image += float64(p[0]) {
				for _, f := range []float64{image - hz, image + hz} {
					if f > float64(p[1])/2 {
						continue
					}
					level := math.Sqrt(ToneShare(out, p[1], f)) * rms(out) * math.Sqrt2 / 30000
					if db := 20 * math.Log10(level+1e-9); db > -60 {
						t.Errorf("%v: %.0f Hz has an image of %.1f dB at %.0f Hz", p, hz, db, f)
					}
				}
			}
		}
	}
}

func TestResamplerDoesNotHearHowItsInputIsCut(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, p := range ratePairs {
		in := make([]int16, 9600)
		for i := range in {
			in[i] = int16(rng.Uint32())
		}
		whole := resample(t, p[0], p[1], in)
		r, err := NewResampler(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		var parts []int16
		for rest := in; len(rest) > 0; {
			n := min(rng.IntN(1500)+1, len(rest))
			out := make([]int16, r.MaxOut(n))
			parts = append(parts, out[:r.Process(out, rest[:n])]...)
			rest = rest[n:]
		}
		if !slices.Equal(whole, parts) {
			t.Errorf("%v: the same samples in pieces come out different", p)
		}
	}
}

func TestResamplerRefusesOtherRates(t *testing.T) {
	for _, p := range [][2]int{{0, 8000}, {8000, 0}, {-8000, 8000}, {8000, 11025}, {96000, 8000}} {
		if _, err := NewResampler(p[0], p[1]); err == nil {
			t.Errorf("%v is accepted", p)
		}
	}
}

func TestResamplerAllocatesNothing(t *testing.T) {
	r, err := NewResampler(8000, 16000)
	if err != nil {
		t.Fatal(err)
	}
	in, out := make([]int16, 160), make([]int16, 320)
	if n := testing.AllocsPerRun(50, func() { r.Process(out, in) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkResample(b *testing.B) {
	for _, p := range [][2]int{{8000, 16000}, {16000, 8000}, {48000, 8000}} {
		b.Run(fmt.Sprintf("%d-%d", p[0], p[1]), func(b *testing.B) {
			r, err := NewResampler(p[0], p[1])
			if err != nil {
				b.Fatal(err)
			}
			in, out := make([]int16, p[0]/50), make([]int16, p[1]/50)
			for b.Loop() {
				r.Process(out, in)
			}
		})
	}
}
