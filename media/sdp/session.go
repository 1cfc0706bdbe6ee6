package sdp

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/timbre-pbx/timbre/audio/codec"
)

// Errors of negotiation; all mean 488 Not Acceptable Here.
var (
	ErrNoAudio   = errors.New("sdp: no audio stream that can be taken")
	ErrNoCodec   = errors.New("sdp: no codec in common")
	ErrNoAddress = errors.New("sdp: no usable connection address")
)

// SyntaxError says what is wrong with a description, and in which line,
// counted from 1; 0 when it is the whole.
type SyntaxError struct {
	Line   int
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return "sdp: " + e.Reason
	}
	return fmt.Sprintf("sdp: line %d: %s", e.Line, e.Reason)
}

// Direction is which way media flows, seen by whoever describes it (RFC 8866 §6.7).
type Direction uint8

const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

var directionNames = [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}

func (d Direction) String() string { return directionNames[d] }

// Sends says whether the describer sends.
func (d Direction) Sends() bool { return d == SendRecv || d == SendOnly }

// Receives says whether the describer receives.
func (d Direction) Receives() bool { return d == SendRecv || d == RecvOnly }

func direction(sends, receives bool) Direction {
	switch {
	case sends && receives:
		return SendRecv
	case sends:
		return SendOnly
	case receives:
		return RecvOnly
	}
	return Inactive
}

// Session is one parsed description. Immutable.
type Session struct {
	ID, Version uint64     // of o=
	Addr        netip.Addr // of the session's c=; zero when absent or a host name
	Direction   Direction
	Media       []Media
}

// Media is one m= section, with what it inherits from the session. Immutable.
type Media struct {
	Kind      string   // audio, video, image, application …
	Port      uint16   // 0: rejected or switched off
	Proto     string   // RTP/AVP …
	Formats   []string // payload types, in the describer's order
	Addr      netip.Addr
	Direction Direction
	RTPMaps   []RTPMap
	Ptime     int // ms; 0 when absent
	MaxPtime  int // ms; 0 when absent
	RTCP      netip.AddrPort
	RTCPMux   bool
}

// RTPMap is one a=rtpmap line (RFC 8866 §6.6).
type RTPMap struct {
	PT       uint8
	Encoding string
	Clock    int // Hz
	Channels int // 0 when not named
}

// rtp says whether the stream is plain RTP, with or without feedback.
func (m *Media) rtp() bool {
	return strings.EqualFold(m.Proto, "RTP/AVP") || strings.EqualFold(m.Proto, "RTP/AVPF")
}

// Audio is the first audio stream over plain RTP that is not switched off; nil
// when there is none.
func (s *Session) Audio() *Media {
	for i := range s.Media {
		if m := &s.Media[i]; m.Kind == "audio" && m.Port != 0 && m.rtp() {
			return m
		}
	}
	return nil
}

// rtpmap finds the entry of a payload type; nil when it has none.
func (m *Media) rtpmap(pt uint8) *RTPMap {
	for i := range m.RTPMaps {
		if m.RTPMaps[i].PT == pt {
			return &m.RTPMaps[i]
		}
	}
	return nil
}

// codec finds which of set a payload type means: by its rtpmap entry, else by
// its static number (RFC 3551 §6); nil when none.
func (m *Media) codec(set codec.Set, pt uint8) *codec.Codec {
	if r := m.rtpmap(pt); r != nil {
		return set.ByEncoding(r.Encoding, r.Clock, r.Channels)
	}
	return set.ByPayload(int(pt))
}

// payloads are the formats of an RTP stream as numbers; the parser has checked them.
func (m *Media) payloads() []uint8 {
	out := make([]uint8, 0, len(m.Formats))
	for _, f := range m.Formats {
		if n, ok := number(f, maxPayloadType); ok {
			out = append(out, uint8(n))
		}
	}
	return out
}

// events is the payload type of telephone-event at the clock of the codec
// (RFC 4733 §2.1), 0 when there is none. Many phones offer 8000 Hz only,
// beside a wideband codec: that is taken when nothing fits better.
func (m *Media) events(clock int) uint8 {
	var narrow uint8
	for _, pt := range m.payloads() {
		r := m.rtpmap(pt)
		if r == nil || !strings.EqualFold(r.Encoding, "telephone-event") {
			continue
		}
		if r.Clock == clock {
			return pt
		}
		if r.Clock == eventClock {
			narrow = pt
		}
	}
	return narrow
}

// remote is where to send RTP and RTCP.
func (m *Media) remote(mux bool) (rtp, rtcp netip.AddrPort) {
	rtp = netip.AddrPortFrom(m.Addr, m.Port)
	switch {
	case mux:
		return rtp, rtp
	case m.RTCP.Port() != 0:
		a := m.RTCP.Addr()
		if !a.IsValid() {
			a = m.Addr
		}
		return rtp, netip.AddrPortFrom(a, m.RTCP.Port())
	case m.Port == 65535:
		return rtp, netip.AddrPort{}
	}
	return rtp, netip.AddrPortFrom(m.Addr, m.Port+1)
}
