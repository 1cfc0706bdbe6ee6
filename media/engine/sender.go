package engine

import (
	"time"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/media/rtp"
)

// sender is the outgoing stream of a slot: one SSRC, with sequence numbers
// and timestamps that go on when the source of its packets changes.
// Loop-owned with its slot.
type sender struct {
	ssrc   uint32
	seq    uint16    // highest sent
	ts     uint32    // of that packet
	at     time.Time // when the first packet with ts was sent
	mapped bool      // the offsets hold for from and source
	from   *slot
	source uint32 // SSRC of the relayed stream
	dseq   uint16
	dts    uint32

	inEvent           bool // eventIn is sent as eventOut
	eventIn, eventOut uint32
}

// next is the timestamp of a packet made at now, after the last one sent: as
// much later as the clock says, a frame at least.
func (o *sender) next(now time.Time, clock int) uint32 {
	step := uint32(clock / 50)
	if gap := now.Sub(o.at); !o.at.IsZero() && gap > 0 && gap < time.Hour {
		step = max(step, uint32(int64(gap)*int64(clock)/int64(time.Second)))
	}
	return o.ts + step
}

// take sends a packet that from received: as it is with an equal codec, or
// through from's line.
// c is nil for a telephone event.
func (t *slot) take(s *shard, now time.Time, from *slot, c *codec.Codec, p rtp.Packet) bool {
	if !t.stream.Send || t.player.busy() || t.partner() != from {
		return false
	}
	if c == nil && from.line.active() {
		return t.insert(s, now, p)
	}
	pt := t.stream.SendPT
	if c == nil {
		if pt = t.stream.EventPT; pt == 0 {
			return false
		}
	} else if c != t.stream.Codec {
		return t.hear(s, now, from, c, p)
	}
	o, marker := &t.sender, p.Marker
	if !o.mapped || o.from != from || o.source != p.SSRC {
		o.mapped, o.from, o.source, marker = true, from, p.SSRC, true
		o.dseq = o.seq + 1 - p.Sequence
		o.dts = o.next(now, t.clock()) - p.Timestamp
	}
	h := rtp.Header{Marker: marker, PayloadType: pt, Sequence: p.Sequence + o.dseq, Timestamp: p.Timestamp + o.dts}
	t.emit(s, now, h, p.Payload)
	return true
}

// insert puts a relayed telephone event between packets made here. All
// packets of one event keep one timestamp.
func (t *slot) insert(s *shard, now time.Time, p rtp.Packet) bool {
	if t.stream.EventPT == 0 {
		return false
	}
	o := &t.sender
	if !o.inEvent || o.eventIn != p.Timestamp {
		o.inEvent, o.eventIn, o.eventOut = true, p.Timestamp, o.next(now, t.clock())
	}
	t.player.fresh, o.mapped = true, false
	t.emit(s, now, rtp.Header{Marker: p.Marker, PayloadType: t.stream.EventPT, Sequence: o.seq + 1, Timestamp: o.eventOut}, p.Payload)
	return true
}

// emit sends one packet with the slot's SSRC.
func (t *slot) emit(s *shard, now time.Time, h rtp.Header, payload []byte) {
	o := &t.sender
	h.SSRC = o.ssrc
	h.Put(s.out[:])
	n := rtp.HeaderLen + copy(s.out[rtp.HeaderLen:], payload)
	if int16(h.Sequence-o.seq) > 0 {
		if o.seq = h.Sequence; h.Timestamp != o.ts || o.at.IsZero() {
			o.ts, o.at = h.Timestamp, now
		}
	}
	to := t.gate.target()
	if !to.IsValid() {
		return
	}
	if t.rtp.Send(s.out[:n], to) != nil {
		t.stats.Dropped.Full++
		return
	}
	t.stats.Sent.Packets++
	t.stats.Sent.Octets += uint64(len(payload))
}
