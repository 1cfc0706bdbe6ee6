package rtp

import (
	"encoding/binary"
	"strings"
	"time"
)

// EventLen is the length in octets of one telephone event (RFC 4733 §2.3).
const EventLen = 4

const (
	digits       = "0123456789*#ABCD" // RFC 4733 §3.2, by event code
	eventVolume  = 10                 // −10 dBm0
	endPackets   = 3                  // RFC 4733 §2.5.1.4
	maxSegment   = 0xffff             // longest duration that one event says
	eventTimeout = 200 * time.Millisecond
)

// Digit is one DTMF digit that was pressed and let go.
type Digit struct {
	Key    byte // 0-9 * # A-D
	Length time.Duration
}

// EventReader turns the packets of one stream of telephone events into
// digits: repeated and reordered packets and the three ends give one digit,
// and a digit whose ends are all lost is over at the next one or after 200 ms
// of silence. Owned by the port's shard.
type EventReader struct {
	Clock int // RTP clock, Hz; 0 means 8000

	active bool
	known  bool // last is set
	key    byte
	last   uint32 // timestamp of the newest event or segment
	before uint32 // duration of the segments before it
	length uint32
	seen   time.Time
}

// Push takes the payload of one packet and gives the digits that it ends: at
// most the one before, whose ends were lost, and its own.
func (r *EventReader) Push(now time.Time, h Header, payload []byte) (out [2]Digit, n int) {
	if len(payload) < EventLen || int(payload[0]) >= len(digits) {
		return out, 0
	}
	key, end := digits[payload[0]], payload[1]&0x80 != 0
	length := uint32(binary.BigEndian.Uint16(payload[2:]))
	age := int32(h.Timestamp - r.last)
	switch {
	case r.known && age < 0, r.known && age == 0 && (!r.active || key != r.key):
		return out, 0
	case r.active && age == 0:
	case r.active && key == r.key && !h.Marker && age == maxSegment:
		r.before, r.length, r.last = r.before+maxSegment, 0, h.Timestamp
	default:
		if r.active {
			out[n] = r.finish()
			n++
		}
		r.active, r.known, r.key, r.last, r.before, r.length = true, true, key, h.Timestamp, 0, 0
	}
	r.seen, r.length = now, max(r.length, length)
	if end {
		out[n] = r.finish()
		n++
	}
	return out, n
}

// Expire gives the digit whose packets stopped without an end.
func (r *EventReader) Expire(now time.Time) (Digit, bool) {
	if !r.active || now.Sub(r.seen) < eventTimeout {
		return Digit{}, false
	}
	return r.finish(), true
}

// Active says whether a digit is under way.
func (r *EventReader) Active() bool { return r.active }

func (r *EventReader) finish() Digit {
	r.active = false
	clock := r.Clock
	if clock == 0 {
		clock = 8000
	}
	total := uint64(r.before) + uint64(r.length)
	return Digit{Key: r.key, Length: time.Duration(total * uint64(time.Second) / uint64(clock))}
}

// EventWriter makes the packets of one digit. Owned by the port's shard.
type EventWriter struct {
	code    byte
	step    uint32
	total   uint32
	sent    uint32
	ends    int
	started bool
}

// Start begins a digit of total RTP clock ticks, told in packets step ticks
// apart; false when key is no digit. A total beyond one segment is cut to it.
func (w *EventWriter) Start(key byte, total, step uint32) bool {
	code := strings.IndexByte(digits, key)
	if code < 0 || step == 0 {
		return false
	}
	*w = EventWriter{code: byte(code), step: step, total: min(max(total, step), maxSegment), ends: endPackets}
	return true
}

// Active says whether Next has packets left.
func (w *EventWriter) Active() bool { return w.ends > 0 }

// Next writes the next payload to dst[:EventLen]. All packets of a digit
// carry the timestamp of its first, which alone has the marker; the end is
// sent three times, one step apart. It must not be called when not Active.
func (w *EventWriter) Next(dst []byte) (marker bool) {
	marker, w.started = !w.started, true
	w.sent = min(w.sent+w.step, w.total)
	dst[0], dst[1] = w.code, eventVolume
	if w.sent == w.total {
		dst[1] |= 0x80
		w.ends--
	}
	binary.BigEndian.PutUint16(dst[2:], uint16(w.sent))
	return marker
}
