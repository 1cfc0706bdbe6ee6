package dsp

import (
	"errors"
	"math"
	"testing"

	"github.com/timbre-pbx/timbre/audio"
)

func read(t *testing.T, s audio.Source, ms int) []int16 {
	t.Helper()
	out := make([]int16, s.Rate()*ms/1000)
	n, err := s.Read(out)
	if err != nil && !errors.Is(err, audio.ErrEnd) {
		t.Fatal(err)
	}
	return out[:n]
}

func TestTonePlansSoundAsE180HasThem(t *testing.T) {
	for _, tc := range []struct {
		country, tone string
		hz            []float64
		on, off       int // of the first pulse, ms; off 0 is steady
	}{
		{"us", "dial", []float64{350, 440}, 1000, 0},
		{"us", "ring", []float64{440, 480}, 2000, 4000},
		{"us", "busy", []float64{480, 620}, 500, 500},
		{"us", "congestion", []float64{480, 620}, 250, 250},
		{"es", "dial", []float64{425}, 1000, 0},
		{"es", "ring", []float64{425}, 1500, 3000},
		{"es", "busy", []float64{425}, 200, 200},
		{"es", "congestion", []float64{425}, 200, 200},
		{"uk", "dial", []float64{350, 440}, 1000, 0},
		{"uk", "ring", []float64{400, 450}, 400, 200},
		{"gb", "busy", []float64{400}, 375, 375},
		{"uk", "congestion", []float64{400}, 400, 350},
		{"de", "ring", []float64{425}, 1000, 4000},
	} {
		for _, rate := range []int{8000, 16000} {
			plan, ok := CountryPlan(tc.country)
			c, found := plan.Tone(tc.tone)
			if !ok || !found {
				t.Fatalf("%s %s is unknown", tc.country, tc.tone)
			}
			g := NewGenerator(rate, c)
			on := read(t, g, tc.on)
			for _, hz := range tc.hz {
				if share := ToneShare(on, rate, hz) * float64(len(tc.hz)); share < 0.9 {
					t.Errorf("%s %s at %d: %.0f Hz has %.2f of its energy", tc.country, tc.tone, rate, hz, share)
				}
			}
			if tc.off > 0 && rms(read(t, g, tc.off)) != 0 {
				t.Errorf("%s %s: no silence after the first pulse", tc.country, tc.tone)
			}
			if rms(read(t, g, 50)) == 0 {
				t.Errorf("%s %s does not go on", tc.country, tc.tone)
			}
		}
	}
	if _, ok := CountryPlan("atlantis"); ok {
		t.Error("an unknown country has a plan")
	}
}

func TestToneHasTheLevelThatWasAskedFor(t *testing.T) {
	g := NewGenerator(8000, Cadence{Segments: []Segment{{Partials: []Partial{{1000, -10}}}}})
	m := NewMeter(8000, 1000)
	read(t, g, 10) // the rise
	m.Write(read(t, g, 2000))
	if level := m.Level(); math.Abs(level+10) > 0.05 {
		t.Errorf("level is %.2f dBm0, want -10", level)
	}
	if share := m.Share(); share < 0.99998 {
		t.Errorf("distortion is %.1f dB", 10*math.Log10(1-share))
	}
}

func TestCadenceEnds(t *testing.T) {
	g := NewGenerator(8000, Beep())
	out := make([]int16, 4000)
	if n, err := g.Read(out); n != 2000 || !errors.Is(err, audio.ErrEnd) {
		t.Errorf("beep gives %d samples and %v, want 2000 and the end", n, err)
	}
	if n, err := g.Read(out); n != 0 || !errors.Is(err, audio.ErrEnd) {
		t.Errorf("after the end: %d samples and %v", n, err)
	}
	empty := NewGenerator(8000, Cadence{Loop: true})
	if n, err := empty.Read(out); n != 0 || !errors.Is(err, audio.ErrEnd) {
		t.Errorf("an empty loop: %d samples and %v", n, err)
	}
}

func TestEveryKeyHasItsTwoTones(t *testing.T) {
	rows, columns := []float64{697, 770, 852, 941}, []float64{1209, 1336, 1477, 1633}
	for i, key := range dtmfKeys {
		c, ok := DTMF(string(key), 100, 50)
		if !ok {
			t.Fatalf("%c is not a key", key)
		}
		g := NewGenerator(8000, c)
		on := read(t, g, 100)
		low, high := ToneShare(on, 8000, rows[i/4]), ToneShare(on, 8000, columns[i%4])
		if low+high < 0.95 || high < low {
			t.Errorf("%c: shares are %.2f low and %.2f high", key, low, high)
		}
		if gap := read(t, g, 50); rms(gap) != 0 || len(gap) != 400 {
			t.Errorf("%c: the gap is not silence", key)
		}
	}
	for _, bad := range []string{"", "12x", "é"} {
		if _, ok := DTMF(bad, 100, 50); ok {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestMeterOfSilenceAndOfAnotherTone(t *testing.T) {
	m := NewMeter(8000, 1000)
	if m.Share() != 0 || !math.IsInf(m.Level(), -1) {
		t.Error("a meter that heard nothing shows something")
	}
	m.Write(sineWave(8000, 1500, 10000, 8000))
	if m.Share() > 0.001 {
		t.Errorf("1500 Hz counts as %.3f of 1000 Hz", m.Share())
	}
	m.Reset()
	m.Write(make([]int16, 160))
	if m.Share() != 0 {
		t.Error("silence has a share")
	}
}

func TestTonesAllocateNothing(t *testing.T) {
	plan, _ := CountryPlan("us")
	g, m, frame := NewGenerator(16000, plan.Ring), NewMeter(16000, 440), make([]int16, 320)
	var s audio.Source = g
	var k audio.Sink = m
	if n := testing.AllocsPerRun(400, func() {
		if _, err := s.Read(frame); err != nil {
			t.Fatal(err)
		}
		k.Write(frame)
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}
