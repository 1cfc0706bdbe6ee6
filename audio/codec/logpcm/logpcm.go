// Package logpcm is what the two laws of G.711 have in common: one octet a
// sample at 8 kHz, both ways by table.
package logpcm

import (
	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/fade"
)

// insignificant is how many low bits of a sample neither law looks at.
const insignificant = 2

// Law is the tables of one law. It is immutable and shared by all legs.
type Law struct {
	compress [1 << (16 - insignificant)]byte
	expand   [256]int16
}

// NewLaw makes tables of a law's two functions. Compress does not depend on the
// two lowest bits.
func NewLaw(compress func(int16) byte, expand func(byte) int16) *Law {
	l := new(Law)
	for i := range l.compress {
		l.compress[i] = compress(int16(i << insignificant))
	}
	for i := range l.expand {
		l.expand[i] = expand(byte(i))
	}
	return l
}

// NewEncoder makes an encoder; it has no state.
func (l *Law) NewEncoder() codec.Encoder { return encoder{l} }

// NewDecoder makes a decoder; its only state is the concealment's.
func (l *Law) NewDecoder() codec.Decoder { return &decoder{law: l, lost: fade.New(8000)} }

type encoder struct{ law *Law }

func (e encoder) Encode(dst []byte, pcm []int16) int {
	dst = dst[:len(pcm)]
	for i, s := range pcm {
		dst[i] = e.law.compress[uint16(s)>>insignificant]
	}
	return len(pcm)
}

type decoder struct {
	law  *Law
	lost fade.Repeater
}

func (d *decoder) Decode(dst []int16, payload []byte) int {
	n := min(len(dst), len(payload))
	dst = dst[:n]
	for i, b := range payload[:n] {
		dst[i] = d.law.expand[b]
	}
	d.lost.Heard(dst)
	return n
}

func (d *decoder) Conceal(dst []int16) { d.lost.Conceal(dst) }
