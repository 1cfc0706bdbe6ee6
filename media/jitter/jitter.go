// Package jitter puts the packets of one stream back in order and gives them
// out late enough that most have come.
package jitter

import "time"

const (
	// Delay is how long the first packet of a spurt waits.
	Delay = 40 * time.Millisecond
	// MaxPayload is the most octets of payload that a packet may have.
	MaxPayload = 960
	depth      = 16
)

// Packet is one packet in the buffer. Payload is valid until the next Push.
type Packet struct {
	Sequence    uint16
	PayloadType uint8
	Payload     []byte
}

// Outcome is what Pop found.
type Outcome int

// Outcomes of Pop.
const (
	Empty Outcome = iota // nothing to play yet, or no longer
	Play                 // the next packet
	Lost                 // the next packet did not come, but a later one did
)

type entry struct {
	full bool
	seq  uint16
	pt   uint8
	n    int
	data [MaxPayload]byte
}

// Buffer is a jitter buffer of fixed delay, a pure machine owned by one media
// slot. Its zero value is empty. It holds 16 packets and never allocates.
//
//	idle ──Push──▶ waiting ──Delay──▶ playing ──runs empty──▶ idle
type Buffer struct {
	ring  [depth]entry
	count int
	open  bool // waiting or playing
	next  uint16
	start time.Time
}

// Push takes a packet, copying its payload; false when it is too late, a
// duplicate or too long. A packet too far ahead begins a new spurt.
func (b *Buffer) Push(now time.Time, p Packet) bool {
	if len(p.Payload) > MaxPayload {
		return false
	}
	ahead := int16(p.Sequence - b.next)
	switch {
	case !b.open || ahead >= depth || ahead < -depth*8:
		*b = Buffer{open: true, next: p.Sequence, start: now.Add(Delay)}
	case ahead < 0 && now.Before(b.start) && int(-ahead)+b.span() < depth:
		b.next = p.Sequence // came in front of the first while that waits
	case ahead < 0:
		return false
	}
	e := &b.ring[p.Sequence%depth]
	if e.full {
		return false
	}
	e.full, e.seq, e.pt = true, p.Sequence, p.PayloadType
	e.n = copy(e.data[:], p.Payload)
	b.count++
	return true
}

// span is the distance from next to the newest packet held.
func (b *Buffer) span() int {
	far := 0
	for i := range b.ring {
		if b.ring[i].full {
			far = max(far, int(b.ring[i].seq-b.next))
		}
	}
	return far
}

// Pop gives the next packet, once a packet's time.
func (b *Buffer) Pop(now time.Time) (Packet, Outcome) {
	if !b.open || now.Before(b.start) {
		return Packet{}, Empty
	}
	if b.count == 0 {
		b.open = false
		return Packet{}, Empty
	}
	e := &b.ring[b.next%depth]
	b.next++
	if !e.full {
		return Packet{}, Lost
	}
	e.full = false
	b.count--
	return Packet{e.seq, e.pt, e.data[:e.n]}, Play
}

// Open says whether a spurt is under way.
func (b *Buffer) Open() bool { return b.open }
