// Package l16 is linear PCM of 16 bits in network byte order: RTP's L16 (RFC
// 3551 §4.5.11) at telephone rates, Asterisk's slin and slin16.
package l16

import (
	"encoding/binary"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/fade"
)

// Slin describes L16 at 8 kHz; its payload type is dynamic, as the static ones
// are of 44.1 kHz.
func Slin() *codec.Codec { return describe("slin", 8000) }

// Slin16 describes L16 at 16 kHz.
func Slin16() *codec.Codec { return describe("slin16", 16000) }

func describe(name string, rate int) *codec.Codec {
	return &codec.Codec{
		Name: name, Encoding: "L16", ClockRate: rate, SampleRate: rate, Channels: 1,
		PayloadType: codec.Dynamic, FrameBytes: rate / 50 * 2,
		NewEncoder: func() codec.Encoder { return encoder{} },
		NewDecoder: func() codec.Decoder { return &decoder{lost: fade.New(rate)} },
	}
}

type encoder struct{}

func (encoder) Encode(dst []byte, pcm []int16) int {
	dst = dst[:2*len(pcm)]
	for i, s := range pcm {
		binary.BigEndian.PutUint16(dst[2*i:], uint16(s))
	}
	return len(dst)
}

type decoder struct{ lost fade.Repeater }

// Decode ignores half a sample at the end.
func (d *decoder) Decode(dst []int16, payload []byte) int {
	n := min(len(dst), len(payload)/2)
	dst = dst[:n]
	for i := range dst {
		dst[i] = int16(binary.BigEndian.Uint16(payload[2*i:]))
	}
	d.lost.Heard(dst)
	return n
}

func (d *decoder) Conceal(dst []int16) { d.lost.Conceal(dst) }
