package codec

import (
	"slices"
	"strings"
)

// Dynamic is the payload type of a codec that has no static one (RFC 3551 §6).
const Dynamic = -1

// Codec describes one codec. It is immutable and shared by pointer.
type Codec struct {
	Name        string // as allow= has it: ulaw, alaw, g722, slin16
	Encoding    string // as a=rtpmap has it: PCMU, PCMA, G722, L16
	ClockRate   int    // RTP clock, Hz (G.722 says 8000, RFC 3551 §4.5.2)
	SampleRate  int    // audio, Hz
	Channels    int
	PayloadType int    // static RTP payload type, or Dynamic
	Fmtp        string // format parameters to offer, "" for none
	FrameBytes  int    // octets in 20 ms; 0 when that varies
	// NewEncoder and NewDecoder make the state of one direction of one leg.
	// Both are nil for a codec that is only passed through.
	NewEncoder func() Encoder
	NewDecoder func() Decoder
}

// Transcodes says whether the codec can be encoded and decoded here.
func (c *Codec) Transcodes() bool { return c.NewEncoder != nil && c.NewDecoder != nil }

// Matches says whether an rtpmap entry names this codec. The encoding name is
// case-blind (RFC 8866 §6.6); channels 0 means that none were named.
func (c *Codec) Matches(encoding string, clock, channels int) bool {
	return strings.EqualFold(c.Encoding, encoding) && c.ClockRate == clock && max(channels, 1) == c.Channels
}

// Encoder turns samples into payload octets. It is owned by one media port,
// used from its shard only, and never allocates.
type Encoder interface {
	// Encode writes the payload of pcm (whole frames, at SampleRate) to
	// dst and returns its length. dst must have room for it.
	Encode(dst []byte, pcm []int16) int
}

// Decoder turns payload octets into samples. It is owned like an Encoder.
type Decoder interface {
	// Decode writes the samples of payload to dst and returns how many.
	// Any octets are decoded to something; a payload longer than dst is cut.
	Decode(dst []int16, payload []byte) int
	// Conceal writes len(dst) samples in place of a packet that never came.
	Conceal(dst []int16)
}

// Set is an ordered, immutable list of codecs.
type Set []*Codec

// ByName finds a codec by its Asterisk name, case-blind; nil when the build has none.
func (s Set) ByName(name string) *Codec {
	i := slices.IndexFunc(s, func(c *Codec) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return nil
	}
	return s[i]
}

// ByPayload finds the codec with a static payload type; nil when there is none.
func (s Set) ByPayload(pt int) *Codec {
	i := slices.IndexFunc(s, func(c *Codec) bool { return c.PayloadType == pt && pt != Dynamic })
	if i < 0 {
		return nil
	}
	return s[i]
}

// ByEncoding finds the codec that an rtpmap entry names; nil when the build has none.
func (s Set) ByEncoding(encoding string, clock, channels int) *Codec {
	i := slices.IndexFunc(s, func(c *Codec) bool { return c.Matches(encoding, clock, channels) })
	if i < 0 {
		return nil
	}
	return s[i]
}
