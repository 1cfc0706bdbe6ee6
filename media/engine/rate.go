package engine

import "github.com/timbre-pbx/timbre/audio/dsp"

// rate converts the samples of one direction; equal rates are copied.
// Loop-owned with its line or player.
type rate struct {
	in, out   int // Hz
	resampler *dsp.Resampler
}

// convertible says whether rate can turn samples at in Hz to out Hz.
func convertible(in, out int) bool {
	one := func(hz int) bool { return hz > 0 && hz%8000 == 0 && hz <= maxSamples*50 }
	return one(in) && one(out)
}

// set prepares for convertible rates; it allocates when they change.
func (r *rate) set(in, out int) bool {
	if r.in == in && r.out == out {
		return true
	}
	*r = rate{in: in, out: out}
	if in == out {
		return true
	}
	var err error
	r.resampler, err = dsp.NewResampler(in, out)
	return err == nil
}

// convert fills dst from src, one frame each.
func (r *rate) convert(dst, src []int16) {
	if r.resampler == nil {
		copy(dst, src)
		return
	}
	clear(dst[r.resampler.Process(dst, src):])
}
