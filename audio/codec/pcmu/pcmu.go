// Package pcmu is G.711 µ-law, 64 kbit/s: RTP's PCMU, Asterisk's ulaw.
package pcmu

import (
	"math/bits"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/logpcm"
)

// Codec describes µ-law as RFC 3551 §4.5.14 registers it.
func Codec() *codec.Codec {
	return &codec.Codec{
		Name: "ulaw", Encoding: "PCMU", ClockRate: 8000, SampleRate: 8000, Channels: 1,
		PayloadType: 0, FrameBytes: 160, NewEncoder: law.NewEncoder, NewDecoder: law.NewDecoder,
	}
}

// bias is added to a magnitude of 13 bits so that every segment starts at a
// power of two (G.711 table 2a).
const bias = 33

// Compress gives the µ-law octet of a 16-bit sample; the two lowest bits are
// below µ-law's 14.
func Compress(s int16) byte {
	sign := s >> 15 // 0 or -1
	magnitude := min(int(s^sign)>>2+bias, 0x1FFF)
	segment := bits.Len(uint(magnitude)) - 6
	code := segment<<4 | magnitude>>(segment+1)&0xF
	return ^byte(code) &^ (byte(sign) & 0x80)
}

// Expand gives the 16-bit sample of a µ-law octet.
func Expand(b byte) int16 {
	b = ^b
	magnitude := (int(b&0xF)<<1+bias)<<(b>>4&7) - bias
	if b&0x80 != 0 {
		magnitude = -magnitude
	}
	return int16(magnitude << 2)
}

// law is never written after start-up.
var law = logpcm.NewLaw(Compress, Expand)
