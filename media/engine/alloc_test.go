package engine

import (
	"net/netip"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/all"
	"github.com/timbre-pbx/timbre/media/netio"
	"github.com/timbre-pbx/timbre/media/rtp"
)

// TestNoAllocationPerPacket drives a shard by hand over real sockets: send,
// wait, receive, relay or transcode.
func TestNoAllocationPerPacket(t *testing.T) {
	set := all.Set()
	for _, tt := range []struct{ name, in, out string }{
		{"relay", "alaw", "alaw"},
		{"transcode", "g722", "ulaw"},
	} {
		t.Run(tt.name, func(t *testing.T) { allocations(t, set.ByName(tt.in), set.ByName(tt.out)) })
	}
}

func allocations(t *testing.T, in, out *codec.Codec) {
	now := time.Unix(1000, 0)
	e, err := New(Config{Net: netio.System{}, Shards: 1, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	s := e.shards[0]
	defer s.stop()
	local := netip.MustParseAddr("127.0.0.1")
	far, err := s.poller.Open(netip.AddrPortFrom(local, 0), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.open(PortConfig{Bind: local})
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.open(PortConfig{Bind: local})
	if err != nil {
		t.Fatal(err)
	}
	p.slot.configure(s, Stream{Remote: far.LocalAddr(), Codec: in, Receive: true}, map[uint8]*codec.Codec{8: in})
	q.slot.configure(s, Stream{Remote: far.LocalAddr(), Codec: out, Send: true}, nil)
	p.slot.peer, q.slot.peer = q.slot, p.slot
	packet := make([]byte, rtp.HeaderLen+160)
	h := rtp.Header{PayloadType: 8, SSRC: 1}
	step := func() {
		h.Sequence++
		h.Timestamp += 160
		h.Put(packet)
		if err := far.Send(packet, p.Addr()); err != nil {
			t.Fatal(err)
		}
		s.drain(now, uint32(p.slot.index)*2)
		now = now.Add(20 * time.Millisecond)
		s.tick(now)
	}
	for range 10 {
		step()
	}
	p.slot.nextControl, q.slot.nextControl = now.Add(time.Hour), now.Add(time.Hour)
	before := q.slot.stats.Sent.Packets
	if n := testing.AllocsPerRun(100, step); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	if sent := q.slot.stats.Sent.Packets - before; sent < 95 {
		t.Errorf("only %d packets of 101 went out", sent)
	}
}
