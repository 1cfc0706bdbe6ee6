package engine

import "time"

// Direction counts the packets of one direction.
type Direction struct {
	Packets uint64
	Octets  uint64 // of payload
	Lost    int32  // cumulative, RFC 3550; for Sent as the far end tells it
	Jitter  time.Duration
}

// Drops counts packets that were received and not used, by reason.
type Drops struct {
	Malformed uint64
	Source    uint64 // not from the far end that is signalled or locked
	Payload   uint64 // a payload type that was not agreed
	Sequence  uint64 // out of all order
	Direction uint64 // we do not receive, or nobody takes it
	Full      uint64 // the jitter buffer or the network had no room
}

// Stats is the state of a port's counters.
type Stats struct {
	Received, Sent Direction
	RTT            time.Duration // 0 while unknown
	Dropped        Drops
}

func (t *slot) snapshot() Stats {
	st := t.stats
	st.Received.Lost = t.reception.Lost()
	st.Received.Jitter = ticks(t.reception.Jitter(), t.clock())
	return st
}

func ticks(n uint32, clock int) time.Duration {
	return time.Duration(n) * time.Second / time.Duration(clock)
}
