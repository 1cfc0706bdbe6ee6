// Package pcma is G.711 A-law, 64 kbit/s: RTP's PCMA, Asterisk's alaw.
package pcma

import (
	"math/bits"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/logpcm"
)

// Codec describes A-law as RFC 3551 §4.5.14 registers it.
func Codec() *codec.Codec {
	return &codec.Codec{
		Name: "alaw", Encoding: "PCMA", ClockRate: 8000, SampleRate: 8000, Channels: 1,
		PayloadType: 8, FrameBytes: 160, NewEncoder: law.NewEncoder, NewDecoder: law.NewDecoder,
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

// law is never written after start-up.
var law = logpcm.NewLaw(Compress, Expand)
