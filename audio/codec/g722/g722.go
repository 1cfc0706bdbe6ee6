// Package g722 is ITU-T G.722 at 64 kbit/s (mode 1): 7 kHz audio in two bands,
// six bits of ADPCM for the lower and two for the higher. Block names in the
// comments are those of G.722 clause 6.2.
package g722

import (
	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/fade"
)

const sampleRate = 16000

// Codec describes G.722. The RTP clock is half the sample rate, an error that
// RFC 3551 §4.5.2 keeps for ever.
func Codec() *codec.Codec {
	return &codec.Codec{
		Name: "g722", Encoding: "G722", ClockRate: 8000, SampleRate: sampleRate, Channels: 1,
		PayloadType: 9, FrameBytes: 160, NewEncoder: NewEncoder, NewDecoder: NewDecoder,
	}
}

type encoder struct {
	low, high band
	filter    analysis
}

// NewEncoder makes an encoder in the reset state.
func NewEncoder() codec.Encoder { return &encoder{low: newLow(), high: newHigh()} }

// Encode makes one octet of every two samples.
func (e *encoder) Encode(dst []byte, pcm []int16) int {
	n := len(pcm) / 2
	dst = dst[:n]
	for i := range dst {
		xl, xh := e.filter.split(pcm[2*i], pcm[2*i+1])
		dst[i] = e.code(xl, xh)
	}
	return n
}

func (e *encoder) code(xl, xh int) byte {
	il := quantizeLow(sat16(xl-e.low.s), e.low.det)
	e.low.adaptLow(il >> 2)
	ih := quantizeHigh(sat16(xh-e.high.s), e.high.det)
	e.high.adaptHigh(ih)
	return byte(ih<<6 | il)
}

type decoder struct {
	low, high band
	filter    synthesis
	lost      fade.Repeater
}

// NewDecoder makes a decoder in the reset state.
func NewDecoder() codec.Decoder {
	return &decoder{low: newLow(), high: newHigh(), lost: fade.New(sampleRate)}
}

// Decode makes two samples of every octet.
func (d *decoder) Decode(dst []int16, payload []byte) int {
	n := min(len(dst)/2, len(payload))
	dst = dst[:2*n]
	for i, b := range payload[:n] {
		dst[2*i], dst[2*i+1] = d.filter.join(d.bands(b))
	}
	d.lost.Heard(dst)
	return 2 * n
}

// bands decodes the two bands of one octet, 15 bits each.
func (d *decoder) bands(b byte) (rl, rh int) {
	il, ih := int(b&0x3F), int(b>>6)
	rl = sat15(d.low.s + d.low.det*inverse6[il]>>15)
	d.low.adaptLow(il >> 2)
	rh = sat15(d.high.s + d.high.det*inverse2[ih]>>15)
	d.high.adaptHigh(ih)
	return rl, rh
}

func (d *decoder) Conceal(dst []int16) { d.lost.Conceal(dst) }
