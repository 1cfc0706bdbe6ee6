package engine

import (
	"net/netip"
	"time"
)

const (
	learnPackets = 5
	learnTime    = 500 * time.Millisecond
)

// gate decides which packets of a port come from its far end. Without
// learning only the signalled address passes. With learning a packet from
// the signalled IP locks at once, whatever its port; another source passes
// until five packets or 500 ms have gone by since the first packet and is
// then locked. A lock holds source, SSRC and audio payload type until
// signalling renews it. A pure machine, owned by its slot.
//
//	open ──foreign──▶ trial ──5 packets/500 ms──▶ locked
//	  └────────signalled IP────┴─────────────────────┘
type gate struct {
	signalled netip.AddrPort
	learn     bool

	from   netip.AddrPort // trial or locked source
	locked bool
	keyed  bool // ssrc holds
	ssrc   uint32
	ptSet  bool // pt holds
	pt     uint8
	seen   int
	first  time.Time
}

// renew takes a new description of the far end. An unchanged address keeps
// its lock, so that no packet is lost, and may come with a new SSRC.
func (g *gate) renew(remote netip.AddrPort, learn bool) {
	if g.signalled == remote && g.learn == learn {
		g.keyed, g.ptSet = false, false
		return
	}
	*g = gate{signalled: remote, learn: learn}
}

// admit says whether a packet passes. event packets do not fix the payload type.
func (g *gate) admit(now time.Time, from netip.AddrPort, ssrc uint32, pt uint8, event bool) bool {
	if !g.admitAddr(now, from) {
		return false
	}
	if !g.locked {
		return true
	}
	if g.keyed && g.ssrc != ssrc || !event && g.ptSet && g.pt != pt {
		return false
	}
	g.keyed, g.ssrc = true, ssrc
	if g.learn && !event {
		g.ptSet, g.pt = true, pt
	}
	return true
}

func (g *gate) admitAddr(now time.Time, from netip.AddrPort) bool {
	switch {
	case g.locked:
		return from == g.from
	case !g.signalled.IsValid():
		return false
	case from == g.signalled, g.learn && from.Addr() == g.signalled.Addr():
		g.from, g.locked = from, true
		return true
	case !g.learn:
		return false
	}
	if g.seen == 0 {
		g.first, g.from = now, from
	}
	g.seen++
	if from != g.from {
		return false
	}
	g.locked = g.seen >= learnPackets || now.Sub(g.first) >= learnTime
	return true
}

// target is where packets to the far end go.
func (g *gate) target() netip.AddrPort {
	if g.locked {
		return g.from
	}
	return g.signalled
}
