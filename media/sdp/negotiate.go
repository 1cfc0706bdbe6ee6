package sdp

import (
	"net/netip"
	"slices"

	"github.com/timbre-pbx/timbre/audio/codec"
)

const (
	firstDynamic = 96   // RFC 3551 §3
	eventClock   = 8000 // Hz
	defaultPtime = 20   // ms
)

// CodecChoice is one codec that may be used.
type CodecChoice struct {
	Codec *codec.Codec
	// PT is the payload type to offer for a codec without a static one; 0
	// takes the first free one from 96 up. An answer keeps the offer's.
	PT uint8
}

// Config is our side of a negotiation. A value; copies are independent but for
// Codecs, which nobody changes.
type Config struct {
	ID, Version uint64         // of o=; see Next
	Addr        netip.AddrPort // where we receive RTP
	Codecs      []CodecChoice  // in order of preference
	EventPT     uint8          // of telephone-event in an offer; 0: no events, in answers neither
	Ptime       int            // ms we would like to receive; 0: say nothing
	Direction   Direction      // what we want
	RTCPMux     bool           // offer it, and take it when offered
}

// Next is the configuration of a new offer or answer in the same session: the
// version of o= rises by one (RFC 3264 §8).
func (c Config) Next() Config {
	c.Version++
	return c
}

func (c Config) set() codec.Set {
	set := make(codec.Set, len(c.Codecs))
	for i := range c.Codecs {
		set[i] = c.Codecs[i].Codec
	}
	return set
}

// Plan is what both sides agreed on, in our words. Immutable.
type Plan struct {
	Remote     netip.AddrPort
	RemoteRTCP netip.AddrPort // zero: none
	Codec      *codec.Codec   // what we send
	SendPT     uint8
	Recv       map[uint8]*codec.Codec // what may come, by payload type
	EventPT    uint8                  // of the events we send; 0: none
	RecvEvent  uint8                  // of the events that come; 0: none
	EventClock int                    // Hz, of EventPT
	Ptime      int                    // ms, of the packets we send
	Direction  Direction              // ours
	Hold       bool                   // the peer does not want to hear us now
	RTCPMux    bool
}

// stream is our side of one m= section, ready to be written.
type stream struct {
	proto     string
	payloads  []payload
	event     uint8
	clock     int // of event
	direction Direction
	mux       bool
}

type payload struct {
	pt    uint8
	codec *codec.Codec
}

// Offer is an offer of ours: what it says and what it promised. Immutable.
type Offer struct {
	cfg    Config
	stream stream
}

// NewOffer chooses the payload types of an offer with one audio stream.
func NewOffer(cfg Config) Offer {
	s := stream{proto: "RTP/AVP", event: cfg.EventPT, clock: eventClock, direction: cfg.Direction, mux: cfg.RTCPMux}
	used := map[uint8]bool{cfg.EventPT: cfg.EventPT != 0}
	for _, c := range cfg.Codecs {
		if c.Codec.PayloadType == codec.Dynamic {
			used[c.PT] = used[c.PT] || c.PT != 0
		}
	}
	next := uint8(firstDynamic)
	for _, c := range cfg.Codecs {
		pt := c.PT
		if c.Codec.PayloadType != codec.Dynamic {
			pt = uint8(c.Codec.PayloadType)
		} else if pt == 0 {
			for used[next] && next < maxPayloadType {
				next++
			}
			pt = next
			used[pt] = true
		}
		s.payloads = append(s.payloads, payload{pt, c.Codec})
	}
	return Offer{cfg, s}
}

// Body is the offer's text.
func (o Offer) Body() []byte {
	w := begin(o.cfg)
	w.audio(o.cfg, o.stream)
	return w.text
}

// Answer takes the first audio stream of the offer that can be taken, refuses
// the others with port 0, and returns the plan and the answer's text. Our
// order of codecs counts, the offer's payload types are kept (RFC 3264 §6.1).
// An error means 488.
func Answer(offer *Session, cfg Config) (Plan, []byte, error) {
	m, payloads, err := choose(offer, cfg)
	if err != nil {
		return Plan{}, nil, err
	}
	held := !m.Direction.Receives() || m.Addr.IsUnspecified()
	s := stream{proto: m.Proto, payloads: payloads, mux: m.RTCPMux && cfg.RTCPMux,
		direction: direction(cfg.Direction.Sends() && !held, cfg.Direction.Receives() && m.Direction.Sends())}
	if cfg.EventPT != 0 {
		s.event = m.events(payloads[0].codec.ClockRate)
		if r := m.rtpmap(s.event); s.event != 0 && r != nil {
			s.clock = r.Clock
		}
	}
	w := begin(cfg)
	for i := range offer.Media {
		if &offer.Media[i] == m {
			w.audio(cfg, s)
		} else {
			w.refuse(&offer.Media[i])
		}
	}
	p := s.plan(m, cfg)
	p.Hold = held
	return p, w.text, nil
}

// choose finds the first audio stream with a codec of ours, and those codecs
// in our order.
func choose(offer *Session, cfg Config) (*Media, []payload, error) {
	err := ErrNoAudio
	for i := range offer.Media {
		m := &offer.Media[i]
		if m.Kind != "audio" || m.Port == 0 || !m.rtp() {
			continue
		}
		if !m.Addr.IsValid() || m.Addr.Is4() != cfg.Addr.Addr().Is4() {
			err = ErrNoAddress
			continue
		}
		if common := m.common(cfg); len(common) > 0 {
			return m, common, nil
		}
		err = ErrNoCodec
	}
	return nil, nil, err
}

// common lists the codecs that m has too, in our order, with m's payload types.
func (m *Media) common(cfg Config) []payload {
	set, theirs := cfg.set(), m.payloads()
	var out []payload
	for _, c := range set {
		i := slices.IndexFunc(theirs, func(pt uint8) bool { return m.codec(set, pt) == c })
		if i >= 0 {
			out = append(out, payload{theirs[i], c})
		}
	}
	return out
}

// plan is what s means for us when the peer's stream is m.
func (s *stream) plan(m *Media, cfg Config) Plan {
	p := Plan{Codec: s.payloads[0].codec, SendPT: s.payloads[0].pt, Recv: map[uint8]*codec.Codec{},
		EventPT: s.event, RecvEvent: s.event, EventClock: s.clock,
		Direction: s.direction, RTCPMux: s.mux, Ptime: m.ptime(cfg.Ptime)}
	p.Remote, p.RemoteRTCP = m.remote(s.mux)
	for _, pl := range s.payloads {
		p.Recv[pl.pt] = pl.codec
	}
	return p
}

// ptime is what the peer asks for, else ours, else 20 ms, never above its limit.
func (m *Media) ptime(ours int) int {
	t := m.Ptime
	if t == 0 {
		t = ours
	}
	if t == 0 {
		t = defaultPtime
	}
	if m.MaxPtime != 0 {
		t = min(t, m.MaxPtime)
	}
	return t
}

// ReadAnswer says what an answer to our offer means. What comes in has our
// payload types, what we send has the answer's (RFC 3264 §7).
func ReadAnswer(ours Offer, answer *Session) (Plan, error) {
	// The first section answers the only one that we offered (RFC 3264 §6).
	if len(answer.Media) == 0 || answer.Audio() != &answer.Media[0] {
		return Plan{}, ErrNoAudio
	}
	m := &answer.Media[0]
	if !m.Addr.IsValid() || m.Addr.Is4() != ours.cfg.Addr.Addr().Is4() {
		return Plan{}, ErrNoAddress
	}
	set, theirs := ours.cfg.set(), m.payloads()
	i := slices.IndexFunc(theirs, func(pt uint8) bool { return m.codec(set, pt) != nil })
	if i < 0 {
		return Plan{}, ErrNoCodec
	}
	held := ours.stream.direction.Sends() && (!m.Direction.Receives() || m.Addr.IsUnspecified())
	s := ours.stream
	s.mux = s.mux && m.RTCPMux
	s.direction = direction(s.direction.Sends() && m.Direction.Receives() && !m.Addr.IsUnspecified(),
		s.direction.Receives() && m.Direction.Sends())
	p := s.plan(m, ours.cfg)
	p.Codec, p.SendPT, p.Hold = m.codec(set, theirs[i]), theirs[i], held
	if p.EventPT = 0; s.event != 0 {
		p.EventPT = m.events(eventClock)
	}
	if p.EventPT == 0 {
		p.RecvEvent, p.EventClock = 0, 0
	}
	return p, nil
}
