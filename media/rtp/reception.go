package rtp

import "time"

// Limits of RFC 3550 Appendix A.1.
const (
	maxDropout  = 3000
	maxMisorder = 100
	seqMod      = 1 << 16
)

// Reception counts one received stream as RFC 3550 Appendix A has it. Owned
// by the port's shard; its zero value awaits the first packet. The first
// packet counts at once: the source was named by signalling, so that no
// probation is due.
type Reception struct {
	started  bool
	ssrc     uint32
	maxSeq   uint16
	badSeq   uint32
	cycles   uint32
	base     uint32
	received uint32

	expectedPrior, receivedPrior uint32

	transit int32
	jitter  uint32 // scaled by 16 (A.8)

	lastSR   uint32
	lastSRAt time.Time
}

// Add counts a packet that arrived at arrival, in units of the stream's RTP
// clock with any origin. It is false when the sequence number is out of all
// order and the packet should be dropped (A.1).
func (r *Reception) Add(h Header, arrival uint32) bool {
	if !r.started || r.ssrc != h.SSRC {
		*r = Reception{lastSR: 0}
		r.started, r.ssrc = true, h.SSRC
		r.restart(h.Sequence)
		r.transit = int32(arrival - h.Timestamp)
	} else if !r.advance(h.Sequence) {
		return false
	}
	r.received++
	transit := int32(arrival - h.Timestamp)
	d := transit - r.transit
	r.transit = transit
	if d < 0 {
		d = -d
	}
	r.jitter += uint32(d) - (r.jitter+8)>>4
	return true
}

func (r *Reception) restart(seq uint16) {
	r.base, r.maxSeq, r.badSeq = uint32(seq), seq, seqMod+1
	r.cycles, r.received, r.expectedPrior, r.receivedPrior = 0, 0, 0, 0
}

func (r *Reception) advance(seq uint16) bool {
	delta := seq - r.maxSeq
	switch {
	case delta < maxDropout:
		if seq < r.maxSeq {
			r.cycles += seqMod
		}
		r.maxSeq = seq
	case uint32(delta) <= seqMod-maxMisorder:
		if uint32(seq) != r.badSeq {
			r.badSeq = (uint32(seq) + 1) & (seqMod - 1)
			return false
		}
		r.restart(seq)
	}
	return true
}

// SenderReport notes an SR of this source, for LSR and DLSR.
func (r *Reception) SenderReport(ntp uint64, now time.Time) {
	r.lastSR, r.lastSRAt = MiddleNTP(ntp), now
}

// Started says whether any packet was counted.
func (r *Reception) Started() bool { return r.started }

// SSRC is the source that is counted.
func (r *Reception) SSRC() uint32 { return r.ssrc }

// Received is the number of packets counted.
func (r *Reception) Received() uint32 { return r.received }

// Lost is the number expected less the number received; duplicates make it negative (A.3).
func (r *Reception) Lost() int32 { return int32(r.expected() - r.received) }

// Jitter is the interarrival jitter in units of the RTP clock (A.8).
func (r *Reception) Jitter() uint32 { return r.jitter >> 4 }

func (r *Reception) expected() uint32 {
	if !r.started {
		return 0
	}
	return r.cycles + uint32(r.maxSeq) - r.base + 1
}

// Report is the block for the next SR or RR; it begins a new interval (A.3).
func (r *Reception) Report(now time.Time) Block {
	expected := r.expected()
	interval := int32(expected - r.expectedPrior)
	lost := interval - int32(r.received-r.receivedPrior)
	r.expectedPrior, r.receivedPrior = expected, r.received
	b := Block{
		SSRC:    r.ssrc,
		Lost:    min(max(r.Lost(), -0x800000), 0x7fffff),
		Highest: r.cycles + uint32(r.maxSeq),
		Jitter:  r.Jitter(),
		LSR:     r.lastSR,
	}
	if interval > 0 && lost > 0 {
		b.Fraction = uint8(min(int64(lost)<<8/int64(interval), 255))
	}
	if !r.lastSRAt.IsZero() {
		b.DLSR = uint32(now.Sub(r.lastSRAt) * 65536 / time.Second)
	}
	return b
}

// NTP is t in 32.32 fixed-point seconds since 1900 (RFC 3550 §4).
func NTP(t time.Time) uint64 {
	const from1900to1970 = 2208988800
	sec := uint64(t.Unix() + from1900to1970)
	return sec<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// MiddleNTP is the middle 32 bits of an NTP time, 16.16 fixed-point seconds.
func MiddleNTP(ntp uint64) uint32 { return uint32(ntp >> 16) }

// RoundTrip is the round-trip time that a block received at now tells; false
// when it answers no report or claims the impossible (RFC 3550 §6.4.1).
func RoundTrip(b Block, now time.Time) (time.Duration, bool) {
	if b.LSR == 0 {
		return 0, false
	}
	d := int32(MiddleNTP(NTP(now)) - b.LSR - b.DLSR)
	if d < 0 {
		return 0, false
	}
	return time.Duration(d) * time.Second / 65536, true
}
