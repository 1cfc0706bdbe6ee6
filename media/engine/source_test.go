package engine

import (
	"net/netip"
	"testing"
	"time"
)

func TestGate(t *testing.T) {
	at := map[byte]netip.AddrPort{
		's': netip.MustParseAddrPort("192.0.2.1:4000"), // signalled
		'p': netip.MustParseAddrPort("192.0.2.1:5000"), // its IP, another port
		'n': netip.MustParseAddrPort("198.51.100.1:6000"),
		'x': netip.MustParseAddrPort("203.0.113.1:7000"),
	}
	tests := []struct {
		name  string
		learn bool
		gap   time.Duration
		from  string
		want  string // y admitted, n dropped
	}{
		{"the signalled address", false, 0, "sss", "yyy"},
		{"nobody else without learning", false, 0, "pnxs", "nnny"},
		{"the signalled IP locks at once", true, 0, "psnp", "ynny"},
		{"the signalled address locks at once", true, 0, "spns", "ynny"},
		{"a stranger first, then the signalled IP", true, 0, "nnsnns", "yyynny"},
		{"a NAT locks after five", true, 0, "nnnnnsxn", "yyyyynny"},
		{"a second stranger never passes", true, 0, "nxnxnxn", "ynynyny"},
		{"a NAT locks after 500 ms", true, 300 * time.Millisecond, "nnnsn", "yyyny"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, now, got := gate{signalled: at['s'], learn: tt.learn}, time.Unix(1, 0), ""
			for _, c := range []byte(tt.from) {
				now = now.Add(tt.gap)
				got += map[bool]string{true: "y", false: "n"}[g.admit(now, at[c], 1, 8, false)]
			}
			if got != tt.want {
				t.Fatalf("%s gave %s, want %s", tt.from, got, tt.want)
			}
		})
	}
}

func TestGateLocksSourceAndPayloadTypeUntilRenewed(t *testing.T) {
	far, now := netip.MustParseAddrPort("192.0.2.1:4000"), time.Unix(1, 0)
	g := gate{signalled: far, learn: true}
	for i, step := range []struct {
		ssrc  uint32
		pt    uint8
		event bool
		want  bool
	}{{1, 8, false, true}, {2, 8, false, false}, {1, 0, false, false}, {1, 101, true, true}, {1, 8, false, true}} {
		if g.admit(now, far, step.ssrc, step.pt, step.event) != step.want {
			t.Fatalf("step %d: %+v", i, step)
		}
	}
	g.renew(far, true)
	if !g.admit(now, far, 2, 0, false) {
		t.Fatal("renewed, and a new stream is refused")
	}
}
