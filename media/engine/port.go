package engine

import (
	"net/netip"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/codec"
)

// Stream is what signalling agreed for a port.
type Stream struct {
	Remote     netip.AddrPort // where to send and whom to hear
	RemoteRTCP netip.AddrPort // zero means the port after Remote's
	Codec      *codec.Codec   // to send with
	SendPT     uint8
	Recv       map[uint8]*codec.Codec // what may come, by payload type
	EventPT    uint8                  // of RFC 4733 in both directions, 0 for none
	Ptime      time.Duration          // 0 means 20 ms; packets made here are always 20 ms
	Send       bool                   // our half of the direction attribute
	Receive    bool
	Learn      bool // the far end may be behind NAT
}

// Port is a handle on a slot of a shard: immutable, for any goroutine.
type Port struct {
	shard *shard
	slot  *slot
	addr  netip.AddrPort
}

// Addr is the local RTP address; RTCP is on the next port.
func (p *Port) Addr() netip.AddrPort { return p.addr }

// Configure sets or changes the stream. What does not change goes on: an
// unchanged address keeps its lock and loses no packet.
func (p *Port) Configure(st Stream) error {
	recv := make(map[uint8]*codec.Codec, len(st.Recv))
	for pt, c := range st.Recv {
		recv[pt&0x7f] = c
	}
	return p.shard.post(func(s *shard) { p.slot.configure(s, st, recv) }, true)
}

// Play plays src to the far end until its end, in place of what played and of
// what a joined port sends. done (may be nil) is called once, on the shard's
// thread, or at once when the engine has stopped.
func (p *Port) Play(src audio.Source, done func()) {
	if err := p.shard.post(func(s *shard) { p.slot.play(s, src, done) }, false); err != nil && done != nil {
		done()
	}
}

// StopPlay ends what plays.
func (p *Port) StopPlay() {
	_ = p.shard.post(func(*shard) { p.slot.stopPlay() }, true) // a stopped engine plays nothing
}

// Echo sends back what the far end sends, until switched off.
func (p *Port) Echo(on bool) {
	_ = p.shard.post(func(*shard) {
		p.slot.line, p.slot.echo = nil, on && !p.slot.closed
	}, true) // a stopped engine echoes nothing
}

// SendDigit sends a DTMF digit as telephone events, when the far end takes them.
func (p *Port) SendDigit(digit byte, length time.Duration) error {
	return p.shard.post(func(s *shard) { p.slot.sendDigit(s, digit, length) }, false)
}

// Stats is a snapshot, also after Close; zero once the engine has stopped.
func (p *Port) Stats() Stats {
	reply := make(chan Stats, 1)
	if p.shard.post(func(*shard) { reply <- p.slot.snapshot() }, true) != nil {
		return Stats{}
	}
	return <-reply
}

// Close parts the port, ends what plays and frees its pair.
func (p *Port) Close() {
	_ = p.shard.post(func(s *shard) { s.close(p.slot) }, true) // a stopped engine has closed it
}
