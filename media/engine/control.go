package engine

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/timbre-pbx/timbre/media/rtp"
)

// controlInterval is the time to the next report: 5 s, spread from half to
// one and a half of it (RFC 3550 §6.2, §6.3.1).
func controlInterval() time.Duration {
	return 2500*time.Millisecond + rand.N(5*time.Second)
}

// receiveControl takes a datagram of the RTCP socket. Its source is checked
// as that of RTP: the address, then the SSRC that RTP is locked to.
func (t *slot) receiveControl(s *shard, now time.Time, from netip.AddrPort, b []byte) {
	c := &s.control
	switch {
	case rtp.ParseControl(b, c) != nil:
		t.stats.Dropped.Malformed++
		return
	case t.gate.keyed && c.SSRC != t.gate.ssrc, t.gate.locked && from.Addr() != t.gate.from.Addr(),
		!t.rgate.admit(now, from, c.SSRC, 0, true):
		t.stats.Dropped.Source++
		return
	}
	if c.HasSender && t.reception.Started() && c.SSRC == t.reception.SSRC() {
		t.reception.SenderReport(c.Sender.NTP, now)
	}
	for _, r := range c.Blocks[:c.N] {
		if r.SSRC != t.sender.ssrc {
			continue
		}
		t.stats.Sent.Lost = r.Lost
		t.stats.Sent.Jitter = ticks(r.Jitter, t.clock())
		if d, ok := rtp.RoundTrip(r, now); ok {
			t.stats.RTT = d
		}
	}
}

func (t *slot) sendControl(s *shard, now time.Time) { t.report(s, now, false) }

// sendBye tells the far end that the stream is over, when one was sent.
func (t *slot) sendBye(s *shard) {
	if t.stats.Sent.Packets > 0 {
		t.report(s, s.now(), true)
	}
}

func (t *slot) report(s *shard, now time.Time, bye bool) {
	to := t.rgate.target()
	if !to.IsValid() {
		return
	}
	c := &s.control
	c.SSRC, c.HasSender, c.Bye, c.N = t.sender.ssrc, t.stats.Sent.Packets != t.reported, bye, 0
	if c.HasSender {
		c.Sender = rtp.SenderInfo{
			NTP:       rtp.NTP(now),
			Timestamp: t.sender.ts + uint32(int64(now.Sub(t.sender.at))*int64(t.clock())/int64(time.Second)),
			Packets:   uint32(t.stats.Sent.Packets),
			Octets:    uint32(t.stats.Sent.Octets),
		}
	}
	t.reported = t.stats.Sent.Packets
	if t.reception.Started() {
		c.Blocks[0], c.N = t.reception.Report(now), 1
	}
	c.CNAME = s.cname
	if t.rtcp.Send(rtp.AppendControl(s.out[:0], c), to) != nil {
		t.stats.Dropped.Full++
	}
}
