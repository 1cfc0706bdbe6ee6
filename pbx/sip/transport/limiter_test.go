package transport

import (
	"net/netip"
	"testing"
	"time"
)

var t0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func allowed(l *Limiter, src netip.Addr, n int, now time.Time) (ok int) {
	for range n {
		if l.Allow(src, now) {
			ok++
			l.Charge(src, now)
		}
	}
	return ok
}

func TestLimiterGivesABurstAndThenTheRate(t *testing.T) {
	l := NewLimiter(LimiterConfig{})
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	if n := allowed(l, a, 100, t0); n != 30 {
		t.Errorf("burst of %d, want 30", n)
	}
	if n := allowed(l, a, 100, t0.Add(time.Second)); n != 10 {
		t.Errorf("%d a second later, want 10", n)
	}
	if n := allowed(l, b, 5, t0); n != 5 {
		t.Errorf("a neighbour got %d of 5", n)
	}
	l.Success(a)
	if n := allowed(l, a, 100, t0.Add(time.Second)); n != 30 {
		t.Errorf("%d after success, want 30", n)
	}
}

func TestLimiterCountsAnIPv6NetworkOnce(t *testing.T) {
	l := NewLimiter(LimiterConfig{})
	allowed(l, netip.MustParseAddr("2001:db8::1"), 100, t0)
	if l.Allow(netip.MustParseAddr("2001:db8::ffff"), t0) {
		t.Error("the next address of the /64 has a bucket of its own")
	}
	allowed(l, netip.MustParseAddr("::ffff:192.0.2.1"), 100, t0)
	if l.Allow(netip.MustParseAddr("192.0.2.1"), t0) {
		t.Error("the mapped form has a bucket of its own")
	}
}

func TestLimiterRemembersABoundedNumberOfSources(t *testing.T) {
	l := NewLimiter(LimiterConfig{Sources: 100, Global: 1e9})
	for i := range 1000 {
		l.Charge(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), t0)
	}
	if len(l.sources) != 100 || l.recent.Len() != 100 {
		t.Errorf("%d sources, want 100", len(l.sources))
	}
}

func TestLimiterSpentByStrangersLetsKnownSourcesPass(t *testing.T) {
	l := NewLimiter(LimiterConfig{Global: 50})
	known := netip.MustParseAddr("192.0.2.1")
	l.Charge(known, t0)
	for i := range 100 {
		l.Charge(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), t0)
	}
	if l.Allow(netip.MustParseAddr("10.9.9.9"), t0) {
		t.Error("a stranger passes though the global bucket is empty")
	}
	if !l.Allow(known, t0) {
		t.Error("a known source is refused")
	}
}
