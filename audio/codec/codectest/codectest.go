// Package codectest is the conformance suite that every codec of the build
// passes. A codec package runs it with Run; codec/all runs it for all of them.
package codectest

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/codec"
)

// Floor is the worst signal-to-noise ratio, in dB, that a codec may show.
type Floor struct {
	Tone  float64 // 1004 Hz 10 dB below full scale
	Noise float64 // white, about 4 dB lower
}

// Run holds c to the contract of package codec.
func Run(t *testing.T, c *codec.Codec, floor Floor) {
	t.Run("is described whole", func(t *testing.T) { described(t, c) })
	t.Run("keeps a tone", func(t *testing.T) { keeps(t, c, tone(c.SampleRate), floor.Tone) })
	t.Run("keeps noise", func(t *testing.T) { keeps(t, c, noise(c.SampleRate), floor.Noise) })
	t.Run("decodes any octets", func(t *testing.T) { decodesAnything(t, c) })
	t.Run("cuts a payload that is too long", func(t *testing.T) { cuts(t, c) })
	t.Run("conceals losses of any length", func(t *testing.T) { conceals(t, c) })
	t.Run("allocates nothing", func(t *testing.T) { allocatesNothing(t, c) })
	t.Run("keeps legs apart", func(t *testing.T) { keepsLegsApart(t, c) })
}

func described(t *testing.T, c *codec.Codec) {
	if c.Name == "" || c.Encoding == "" || c.ClockRate <= 0 || c.SampleRate <= 0 || c.Channels < 1 {
		t.Errorf("incomplete description: %+v", *c)
	}
	if c.PayloadType < codec.Dynamic || c.PayloadType > 95 {
		t.Errorf("static payload type %d is outside 0 to 95", c.PayloadType)
	}
	if !c.Transcodes() {
		t.Fatal("no encoder or no decoder")
	}
	if c.FrameBytes == 0 {
		return
	}
	pcm, payload := tone(c.SampleRate)[:audio.FrameSamples(c.SampleRate)], room(c)
	if n := c.NewEncoder().Encode(payload, pcm); n != c.FrameBytes {
		t.Errorf("20 ms make %d octets, want FrameBytes, %d", n, c.FrameBytes)
	}
	back := make([]int16, len(pcm))
	if n := c.NewDecoder().Decode(back, payload[:c.FrameBytes]); n != len(pcm) {
		t.Errorf("a frame decodes to %d samples, want %d", n, len(pcm))
	}
}

// keeps encodes and decodes in frame by frame and compares at the best delay.
func keeps(t *testing.T, c *codec.Codec, in []int16, floor float64) {
	enc, dec, payload := c.NewEncoder(), c.NewDecoder(), room(c)
	frame := audio.FrameSamples(c.SampleRate)
	out := make([]int16, len(in))
	for i := 0; i+frame <= len(in); i += frame {
		n := enc.Encode(payload, in[i:i+frame])
		if got := dec.Decode(out[i:i+frame], payload[:n]); got != frame {
			t.Fatalf("frame at %d decodes to %d samples, want %d", i, got, frame)
		}
	}
	best := math.Inf(-1)
	for delay := range frame {
		best = max(best, snr(in[:len(in)-delay], out[delay:]))
	}
	if best < floor {
		t.Errorf("signal-to-noise ratio is %.1f dB, want at least %.1f", best, floor)
	}
	if change := 10 * math.Log10(energy(out)/energy(in)); math.Abs(change) > 1 {
		t.Errorf("energy changes by %.2f dB, want at most 1", change)
	}
}

func decodesAnything(t *testing.T, c *codec.Codec) {
	rng := rand.New(rand.NewPCG(1, 2))
	dec, dst := c.NewDecoder(), make([]int16, audio.FrameSamples(c.SampleRate))
	for size := range 700 {
		payload := make([]byte, size)
		for i := range payload {
			payload[i] = byte(rng.Uint32())
		}
		if n := dec.Decode(dst, payload); n < 0 || n > len(dst) {
			t.Fatalf("%d octets decode to %d samples with room for %d", size, n, len(dst))
		}
	}
	if n := dec.Decode(nil, []byte{1, 2, 3, 4}); n != 0 {
		t.Errorf("%d samples were decoded into no room", n)
	}
}

func cuts(t *testing.T, c *codec.Codec) {
	frame := audio.FrameSamples(c.SampleRate)
	payload := make([]byte, 4*len(room(c)))
	n := c.NewEncoder().Encode(payload, tone(c.SampleRate)[:2*frame])
	if got := c.NewDecoder().Decode(make([]int16, frame), payload[:n]); got != frame {
		t.Errorf("two frames decode to %d samples with room for one frame of %d", got, frame)
	}
}

func conceals(t *testing.T, c *codec.Codec) {
	frame, payload := audio.FrameSamples(c.SampleRate), room(c)
	fresh := make([]int16, frame)
	c.NewDecoder().Conceal(fresh)
	if energy(fresh) > 0 {
		t.Error("a loss before the first packet is not silent")
	}
	enc, dec := c.NewEncoder(), c.NewDecoder()
	in := tone(c.SampleRate)
	for i := 0; i+frame <= len(in); i += frame {
		dec.Decode(fresh, payload[:enc.Encode(payload, in[i:i+frame])])
	}
	dec.Conceal(nil)
	first := make([]int16, frame/2)
	dec.Conceal(first)
	if energy(first) < energy(fresh)/10 {
		t.Error("the first concealed samples do not go on with what was heard")
	}
	last := make([]int16, c.SampleRate/2)
	dec.Conceal(last)
	if energy(last[len(last)-frame:]) > 1 {
		t.Error("half a second of loss has not died away")
	}
}

func allocatesNothing(t *testing.T, c *codec.Codec) {
	frame, payload := audio.FrameSamples(c.SampleRate), room(c)
	enc, dec := c.NewEncoder(), c.NewDecoder()
	in, out := noise(c.SampleRate)[:frame], make([]int16, frame)
	got := testing.AllocsPerRun(50, func() {
		dec.Decode(out, payload[:enc.Encode(payload, in)])
		dec.Conceal(out)
	})
	if got != 0 {
		t.Errorf("%v allocations a frame, want none", got)
	}
}

// keepsLegsApart runs two legs in turn and one alone: state that is shared
// between legs shows as a difference.
func keepsLegsApart(t *testing.T, c *codec.Codec) {
	frame, payload := audio.FrameSamples(c.SampleRate), room(c)
	run := func(disturbed bool) []int16 {
		enc, dec := c.NewEncoder(), c.NewDecoder()
		other, otherDec, scratch := c.NewEncoder(), c.NewDecoder(), make([]int16, frame)
		in, hum := noise(c.SampleRate), tone(c.SampleRate)
		out := make([]int16, 10*frame)
		for i := 0; i < len(out); i += frame {
			n := enc.Encode(payload, in[i:i+frame])
			dec.Decode(out[i:i+frame], payload[:n])
			if disturbed {
				otherDec.Decode(scratch, payload[:other.Encode(payload, hum[i:i+frame])])
			}
		}
		return out
	}
	alone, beside := run(false), run(true)
	for i := range alone {
		if alone[i] != beside[i] {
			t.Fatalf("sample %d is %d beside another leg and %d alone", i, beside[i], alone[i])
		}
	}
}

// room is a payload buffer that holds 20 ms of any codec.
func room(c *codec.Codec) []byte { return make([]byte, max(2*audio.FrameSamples(c.SampleRate), 1500)) }

// tone is one second of 1004 Hz, which divides no sample rate in use.
func tone(rate int) []int16 {
	out := make([]int16, rate)
	for i := range out {
		out[i] = int16(math.Round(10000 * math.Sin(2*math.Pi*1004*float64(i)/float64(rate))))
	}
	return out
}

// noise is one second of white noise from a fixed seed.
func noise(rate int) []int16 {
	rng := rand.New(rand.NewPCG(7, 11))
	out := make([]int16, rate)
	for i := range out {
		out[i] = int16(rng.IntN(16001) - 8000)
	}
	return out
}

func energy(pcm []int16) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return sum / float64(max(len(pcm), 1))
}

func snr(in, out []int16) float64 {
	var signal, wrong float64
	for i, s := range in {
		d := float64(s) - float64(out[i])
		signal += float64(s) * float64(s)
		wrong += d * d
	}
	return 10 * math.Log10(signal/max(wrong, 1e-9))
}
