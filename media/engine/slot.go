package engine

import (
	"net/netip"
	"time"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/media/netio"
	"github.com/timbre-pbx/timbre/media/rtp"
)

// slot is the state of one port. Loop-owned by its shard.
type slot struct {
	index     int
	cfg       PortConfig
	pair      uint16
	rtp, rtcp netio.Socket
	closed    bool

	stream Stream
	recv   [128]*codec.Codec
	gate   gate
	rgate  gate // of RTCP

	peer *slot
	echo bool

	reception rtp.Reception
	events    rtp.EventReader
	heard     time.Time
	silent    bool // OnTimeout was told
	stats     Stats

	sender      sender
	player      player
	line        *line // nil until something must be transcoded
	nextControl time.Time
	reported    uint64 // Sent.Packets at the last report
}

// clock is the RTP clock of the stream in Hz.
func (t *slot) clock() int {
	if t.stream.Codec == nil {
		return 8000
	}
	return t.stream.Codec.ClockRate
}

func (t *slot) configure(s *shard, st Stream, recv map[uint8]*codec.Codec) {
	if t.closed {
		return
	}
	st.Remote, st.RemoteRTCP = usable(st.Remote), usable(st.RemoteRTCP)
	if !st.RemoteRTCP.IsValid() && st.Remote.IsValid() && st.Remote.Port() < 65535 {
		st.RemoteRTCP = netip.AddrPortFrom(st.Remote.Addr(), st.Remote.Port()+1)
	}
	st.Recv = nil
	if st.Codec != t.stream.Codec {
		t.player.encoder = nil
		t.sender.mapped = false
	}
	t.stream = st
	clear(t.recv[:])
	for pt, c := range recv {
		t.recv[pt] = c
	}
	t.events.Clock = t.clock()
	t.gate.renew(st.Remote, st.Learn)
	t.rgate.renew(st.RemoteRTCP, st.Learn)
	t.heard, t.silent = s.now(), false
}

// usable is a in the form that sockets give; zero when nothing can be sent
// there, as in RFC 2543's hold to 0.0.0.0.
func usable(a netip.AddrPort) netip.AddrPort {
	if !a.IsValid() || a.Addr().IsUnspecified() || a.Port() == 0 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// part undoes a join and forgets what was on its way.
func (t *slot) part() {
	t.line = nil
	if t.peer != nil {
		t.peer.line = nil
		t.peer.peer, t.peer = nil, nil
	}
}

// partner is the slot that hears this one and is heard by it: itself while it echoes.
func (t *slot) partner() *slot {
	if t.echo {
		return t
	}
	return t.peer
}

// receive takes a datagram of the RTP socket.
func (t *slot) receive(s *shard, now time.Time, from netip.AddrPort, b []byte) {
	p, err := rtp.Parse(b)
	if err != nil {
		t.stats.Dropped.Malformed++
		return
	}
	c := t.recv[p.PayloadType]
	fresh := t.reception.Started() && t.reception.SSRC() != p.SSRC
	event := c == nil && t.stream.EventPT != 0 && p.PayloadType == t.stream.EventPT
	switch {
	case c == nil && !event:
		t.stats.Dropped.Payload++
		return
	case !t.gate.admit(now, from, p.SSRC, p.PayloadType, event):
		t.stats.Dropped.Source++
		return
	case !t.reception.Add(p.Header, t.arrival(now)):
		t.stats.Dropped.Sequence++
		return
	}
	if fresh { // timestamps of the old stream say nothing about the new one
		t.events, t.line = rtp.EventReader{Clock: t.clock()}, nil
	}
	t.stats.Received.Packets++
	t.stats.Received.Octets += uint64(len(p.Payload))
	t.heard, t.silent = now, false
	if !t.stream.Receive {
		t.stats.Dropped.Direction++
		return
	}
	if event {
		out, n := t.events.Push(now, p.Header, p.Payload)
		for _, d := range out[:n] {
			t.tell(d)
		}
	}
	to := t.partner()
	if to == nil || !to.take(s, now, t, c, p) {
		t.stats.Dropped.Direction++
	}
}

// arrival is now on the stream's RTP clock.
func (t *slot) arrival(now time.Time) uint32 {
	clock := int64(t.clock())
	return uint32(now.Unix()*clock + int64(now.Nanosecond())*clock/int64(time.Second))
}

func (t *slot) tell(d rtp.Digit) {
	if t.cfg.OnDigit != nil {
		t.cfg.OnDigit(d.Key, d.Length)
	}
}

// step does what now asks of the slot; true while it makes packets itself.
func (t *slot) step(s *shard, now time.Time) bool {
	if d, ok := t.events.Expire(now); ok {
		t.tell(d)
	}
	if t.cfg.Timeout > 0 && !t.silent && t.stream.Receive && now.Sub(t.heard) >= t.cfg.Timeout {
		t.silent = true
		if t.cfg.OnTimeout != nil {
			t.cfg.OnTimeout()
		}
	}
	if !now.Before(t.nextControl) {
		t.nextControl = now.Add(controlInterval())
		t.sendControl(s, now)
	}
	return t.player.step(t, s, now)
}
