// Package pcma is G.711 A-law, 64 kbit/s: RTP's PCMA, Asterisk's alaw.
package pcma

import (
	"math/bits"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/fade"
)

// Codec describes A-law as RFC 3551 §4.5.14 registers it.
func Codec() *codec.Codec {
	return &codec.Codec{
		Name: "alaw", Encoding: "PCMA", ClockRate: 8000, SampleRate: 8000, Channels: 1,
		PayloadType: 8, FrameBytes: 160, NewEncoder: NewEncoder, NewDecoder: NewDecoder,
	}
}

// toggle inverts the even bits, as A-law travels (G.711 table 1a, note 2).
const toggle = 0x55

// Compress gives the A-law octet of a 16-bit sample; the four lowest bits are
// below the finest step.
func Compress(s int16) byte {
	sign := s >> 15 // 0 or -1
	magnitude := int(s^sign) >> 4
	code := magnitude
	if segment := bits.Len(uint(magnitude)) - 4; segment > 1 {
		code = segment<<4 | magnitude>>(segment-1)&0xF
	}
	return (byte(code) | ^byte(sign)&0x80) ^ toggle
}

// Expand gives the 16-bit sample of an A-law octet: the middle of its step.
func Expand(b byte) int16 {
	b ^= toggle
	magnitude := int(b&0xF)<<1 + 1
	if segment := int(b >> 4 & 7); segment > 0 {
		magnitude = (magnitude + 32) << (segment - 1)
	}
	if b&0x80 == 0 {
		magnitude = -magnitude
	}
	return int16(magnitude << 3)
}

// expanded is Expand of every octet. It is never written after start-up.
var expanded = func() (t [256]int16) {
	for i := range t {
		t[i] = Expand(byte(i))
	}
	return t
}()

type encoder struct{}

// NewEncoder makes an encoder; it has no state.
func NewEncoder() codec.Encoder { return encoder{} }

func (encoder) Encode(dst []byte, pcm []int16) int {
	dst = dst[:len(pcm)]
	for i, s := range pcm {
		dst[i] = Compress(s)
	}
	return len(pcm)
}

type decoder struct{ lost fade.Repeater }

// NewDecoder makes a decoder; its only state is the concealment's.
func NewDecoder() codec.Decoder { return &decoder{lost: fade.New(8000)} }

func (d *decoder) Decode(dst []int16, payload []byte) int {
	n := min(len(dst), len(payload))
	dst = dst[:n]
	for i, b := range payload[:n] {
		dst[i] = expanded[b]
	}
	d.lost.Heard(dst)
	return n
}

func (d *decoder) Conceal(dst []int16) { d.lost.Conceal(dst) }
