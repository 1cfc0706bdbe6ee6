package netio

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rule is a property that every Network has; home is an address of its host.
type rule func(t *testing.T, n Network, home netip.Addr)

var rules = map[string]rule{
	"packets arrive with their sender":    packetsArrive,
	"a long packet is cut":                longPacketIsCut,
	"close ends ReadFrom":                 closeEndsReadFrom,
	"a port is bound once":                portIsBoundOnce,
	"the poller reports tokens":           pollerReportsTokens,
	"a socket stays ready until drained":  staysReady,
	"a short ready slice loses nothing":   shortReady,
	"Wait ends at until":                  waitEndsAtUntil,
	"a past until polls":                  pastUntilPolls,
	"Wake ends a Wait under way":          wakeEndsWait,
	"Wake before Wait ends the next Wait": wakeBeforeWait,
	"a closed poller says so":             closedPoller,
	"a closed socket is silent":           closedSocket,
	"packet path allocates nothing":       allocatesNothing,
	"the wrong family is an error":        wrongFamily,
	"a stream carries bytes both ways":    streamBothWays,
	"nobody listening refuses":            refused,
	"a read deadline passes":              readDeadline,
	"close ends Accept":                   closeEndsAccept,
	"SourceFor home is home":              sourceForHome,
	"Dial with an ended context fails":    dialCancelled,
	"an empty datagram is a datagram":     emptyDatagram,
	"IPv4 in IPv6 clothes is plain IPv4":  mappedAddress,
}

func TestNetworks(t *testing.T) {
	for _, home := range []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()} {
		for name, r := range rules {
			t.Run("system "+home.String()+" "+name, func(t *testing.T) {
				if !(System{}).SourceFor(home).IsValid() {
					if os.Getenv("CI") == "true" {
						t.Fatalf("this machine has no %s", home)
					}
					t.Skipf("SKIPPED: this machine has no %s", home)
				}
				r(t, System{}, home)
			})
			t.Run("virtual "+home.String()+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { r(t, NewVirtual(1).Host(home), home) })
			})
		}
	}
}

func packetConn(t *testing.T, n Network, a netip.Addr) PacketConn {
	t.Helper()
	c, err := n.ListenPacket(netip.AddrPortFrom(a, 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func poller(t *testing.T, n Network) Poller {
	t.Helper()
	p, err := n.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func socket(t *testing.T, p Poller, a netip.Addr, token uint32) Socket {
	t.Helper()
	s, err := p.Open(netip.AddrPortFrom(a, 0), token)
	if err != nil {
		t.Fatal(err)
	}
	if s.LocalAddr().Port() == 0 || s.LocalAddr().Addr() != a {
		t.Fatalf("bound to %v", s.LocalAddr())
	}
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func packetsArrive(t *testing.T, n Network, home netip.Addr) {
	a, b := packetConn(t, n, home), packetConn(t, n, home)
	must(t, a.WriteTo([]byte("ping"), b.LocalAddr()))
	buf := make([]byte, 100)
	got, from, err := b.ReadFrom(buf)
	if err != nil || string(buf[:got]) != "ping" || from != a.LocalAddr() {
		t.Fatalf("%q from %v: %v", buf[:got], from, err)
	}
}

func longPacketIsCut(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	a, b := packetConn(t, n, home), socket(t, p, home, 0)
	for _, text := range []string{"too long", "next"} {
		must(t, a.WriteTo([]byte(text), b.LocalAddr()))
	}
	buf := make([]byte, 4)
	for _, want := range []string{"too ", "next"} {
		got, _, err := b.Recv(buf)
		if err != nil || string(buf[:got]) != want {
			t.Fatalf("%q, want %q: %v", buf[:got], want, err)
		}
	}
}

func closeEndsReadFrom(t *testing.T, n Network, home netip.Addr) {
	c := packetConn(t, n, home)
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, _, err := c.ReadFrom(make([]byte, 1)); err != ErrClosed {
			t.Error(err)
		}
	})
	must(t, c.Close())
	wg.Wait()
	if err := c.WriteTo(nil, c.LocalAddr()); err != ErrClosed {
		t.Error("write:", err)
	}
	if err := c.Close(); err != ErrClosed {
		t.Error("close:", err)
	}
}

func portIsBoundOnce(t *testing.T, n Network, home netip.Addr) {
	c := packetConn(t, n, home)
	if _, err := n.ListenPacket(c.LocalAddr()); err == nil {
		t.Error("packet conn bound twice")
	}
	if _, err := poller(t, n).Open(c.LocalAddr(), 0); err == nil {
		t.Error("socket bound twice")
	}
	must(t, c.Close())
	again, err := n.ListenPacket(c.LocalAddr())
	must(t, err)
	again.Close()
}

func pollerReportsTokens(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	a, b := socket(t, p, home, 7), socket(t, p, home, 1<<31+5)
	must(t, a.Send([]byte("x"), b.LocalAddr()))
	ready := make([]uint32, 4)
	got, err := p.Wait(ready, time.Time{})
	if err != nil || got != 1 || ready[0] != 1<<31+5 {
		t.Fatal(got, ready, err)
	}
	_, from, err := b.Recv(make([]byte, 10))
	if err != nil || from != a.LocalAddr() {
		t.Fatal(from, err)
	}
	if _, _, err := b.Recv(make([]byte, 10)); err != ErrWouldBlock {
		t.Fatal("drained socket:", err)
	}
}

func staysReady(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	a, b := socket(t, p, home, 1), socket(t, p, home, 2)
	for range 3 {
		must(t, a.Send([]byte("x"), b.LocalAddr()))
	}
	ready := make([]uint32, 4)
	for range 3 {
		if got, err := p.Wait(ready, time.Time{}); got != 1 || err != nil || ready[0] != 2 {
			t.Fatal(got, err)
		}
		_, _, err := b.Recv(make([]byte, 10))
		must(t, err)
	}
	if got, err := p.Wait(ready, time.Now()); got != 0 || err != nil {
		t.Fatal("after the last packet:", got, err)
	}
}

func shortReady(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	a := packetConn(t, n, home)
	sockets := map[uint32]Socket{}
	for token := range uint32(5) {
		sockets[token] = socket(t, p, home, token)
		must(t, a.WriteTo([]byte("x"), sockets[token].LocalAddr()))
	}
	ready := make([]uint32, 2)
	for len(sockets) > 0 {
		got, err := p.Wait(ready, time.Time{})
		must(t, err)
		for _, token := range ready[:got] {
			if s := sockets[token]; s != nil {
				_, _, err := s.Recv(make([]byte, 10))
				must(t, err)
				delete(sockets, token)
			}
		}
	}
}

func waitEndsAtUntil(t *testing.T, n Network, _ netip.Addr) {
	p := poller(t, n)
	// The same time twice, a later one, then one before it.
	base := time.Now()
	for _, ms := range []int{2, 2, 4, 3} {
		until := base.Add(time.Duration(ms) * time.Millisecond)
		got, err := p.Wait(make([]uint32, 1), until)
		if got != 0 || err != nil || time.Now().Before(until) {
			t.Fatal(got, err, time.Since(until))
		}
	}
}

func pastUntilPolls(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	s := socket(t, p, home, 3)
	past := time.Now().Add(-time.Hour)
	ready := make([]uint32, 1)
	if got, err := p.Wait(ready, past); got != 0 || err != nil {
		t.Fatal(got, err)
	}
	must(t, s.Send([]byte("x"), s.LocalAddr()))
	if got, err := p.Wait(ready, past); got != 1 || err != nil {
		t.Fatal(got, err)
	}
}

func wakeEndsWait(t *testing.T, n Network, _ netip.Addr) {
	p := poller(t, n)
	var wg sync.WaitGroup
	wg.Go(p.Wake)
	if got, err := p.Wait(make([]uint32, 1), time.Time{}); got != 0 || err != nil {
		t.Error(got, err)
	}
	wg.Wait()
}

func wakeBeforeWait(t *testing.T, n Network, _ netip.Addr) {
	p := poller(t, n)
	p.Wake()
	p.Wake()
	far := time.Now().Add(time.Hour)
	if got, err := p.Wait(make([]uint32, 1), far); got != 0 || err != nil || time.Now().After(far) {
		t.Fatal(got, err)
	}
	// Two wakes are one.
	until := time.Now().Add(time.Millisecond)
	if _, err := p.Wait(make([]uint32, 1), until); err != nil || time.Now().Before(until) {
		t.Fatal("woken twice", err)
	}
}

func closedPoller(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	s := socket(t, p, home, 1)
	must(t, p.Close())
	p.Wake()
	if _, err := p.Wait(make([]uint32, 1), time.Time{}); err != ErrClosed {
		t.Error("wait:", err)
	}
	if _, err := p.Open(netip.AddrPortFrom(home, 0), 1); err != ErrClosed {
		t.Error("open:", err)
	}
	if err := s.Send(nil, s.LocalAddr()); err != ErrClosed {
		t.Error("send:", err)
	}
	if err := s.Close(); err != ErrClosed {
		t.Error("socket close:", err)
	}
	if err := p.Close(); err != ErrClosed {
		t.Error("close:", err)
	}
}

func closedSocket(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	a, b := socket(t, p, home, 1), socket(t, p, home, 2)
	must(t, a.Send([]byte("x"), b.LocalAddr()))
	must(t, b.Close())
	if got, err := p.Wait(make([]uint32, 1), time.Now()); got != 0 || err != nil {
		t.Error(got, err)
	}
	if _, _, err := b.Recv(make([]byte, 1)); err != ErrClosed {
		t.Error(err)
	}
	must(t, a.Send([]byte("x"), b.LocalAddr())) // to nobody, as on a wire
}

func allocatesNothing(t *testing.T, n Network, home netip.Addr) {
	p := poller(t, n)
	s := socket(t, p, home, 1)
	to, out, in, ready := s.LocalAddr(), make([]byte, 172), make([]byte, 1500), make([]uint32, 8)
	until := time.Now().Add(time.Hour)
	allocs := testing.AllocsPerRun(500, func() {
		if err := s.Send(out, to); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Wait(ready, until); err != nil {
			t.Fatal(err)
		}
		if n, _, err := s.Recv(in); err != nil || n != len(out) {
			t.Fatal(n, err)
		}
		if _, _, err := s.Recv(in); err != ErrWouldBlock {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a packet", allocs)
	}
}

func wrongFamily(t *testing.T, n Network, home netip.Addr) {
	other := netip.MustParseAddrPort("[2001:db8::1]:9")
	if home.Is6() {
		other = netip.MustParseAddrPort("192.0.2.1:9")
	}
	if err := socket(t, poller(t, n), home, 0).Send(nil, other); err == nil {
		t.Error("no error")
	}
}

func streamBothWays(t *testing.T, n Network, home netip.Addr) {
	l, err := n.Listen(netip.AddrPortFrom(home, 0))
	must(t, err)
	defer l.Close()
	big := make([]byte, 3*streamWindow)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		if tcp, ok := c.(*net.TCPConn); ok {
			if multipath, _ := tcp.MultipathTCP(); multipath {
				t.Error("MPTCP, which Landlock does not see")
			}
		}
		if _, err := io.CopyN(c, c, int64(len(big))); err != nil {
			t.Error(err)
		}
	})
	c, err := n.Dial(context.Background(), netip.Addr{}, l.Addr().(*net.TCPAddr).AddrPort())
	must(t, err)
	defer c.Close()
	if c.LocalAddr().(*net.TCPAddr).AddrPort().Addr() != home {
		t.Error(c.LocalAddr())
	}
	wg.Go(func() {
		if _, err := c.Write(big); err != nil {
			t.Error(err)
		}
	})
	if got, err := io.Copy(io.Discard, c); err != nil || got != int64(len(big)) {
		t.Error(got, err)
	}
}

func refused(t *testing.T, n Network, home netip.Addr) {
	l, err := n.Listen(netip.AddrPortFrom(home, 0))
	must(t, err)
	must(t, l.Close())
	if _, err := n.Dial(context.Background(), home, l.Addr().(*net.TCPAddr).AddrPort()); err == nil {
		t.Error("connected to nobody")
	}
}

func readDeadline(t *testing.T, n Network, home netip.Addr) {
	l, err := n.Listen(netip.AddrPortFrom(home, 0))
	must(t, err)
	defer l.Close()
	c, err := n.Dial(context.Background(), home, l.Addr().(*net.TCPAddr).AddrPort())
	must(t, err)
	defer c.Close()
	must(t, c.SetReadDeadline(time.Now().Add(time.Millisecond)))
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	must(t, c.SetReadDeadline(time.Time{}))
	far, err := l.Accept()
	must(t, err)
	defer far.Close()
	_, err = far.Write([]byte("x"))
	must(t, err)
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Error("after the deadline was taken back:", err)
	}
}

func closeEndsAccept(t *testing.T, n Network, home netip.Addr) {
	l, err := n.Listen(netip.AddrPortFrom(home, 0))
	must(t, err)
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := l.Accept(); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
	must(t, l.Close())
	wg.Wait()
}

func sourceForHome(t *testing.T, n Network, home netip.Addr) {
	if got := n.SourceFor(home); got != home {
		t.Error(got)
	}
	if got := n.SourceFor(netip.Addr{}); got.IsValid() {
		t.Error("of no address:", got)
	}
}

func dialCancelled(t *testing.T, n Network, home netip.Addr) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := n.Dial(ctx, netip.Addr{}, netip.AddrPortFrom(home, 1)); err == nil {
		t.Error("no error")
	}
}

func emptyDatagram(t *testing.T, n Network, home netip.Addr) {
	s := socket(t, poller(t, n), home, 0)
	must(t, s.Send(nil, s.LocalAddr()))
	if got, from, err := s.Recv(nil); got != 0 || err != nil || from != s.LocalAddr() {
		t.Error(got, from, err)
	}
}

func mappedAddress(t *testing.T, n Network, home netip.Addr) {
	if home.Is6() {
		return
	}
	s, err := poller(t, n).Open(netip.AddrPortFrom(netip.AddrFrom16(home.As16()), 0), 0)
	must(t, err)
	if s.LocalAddr().Addr() != home {
		t.Error(s.LocalAddr())
	}
	must(t, s.Send(nil, netip.AddrPortFrom(netip.AddrFrom16(home.As16()), s.LocalAddr().Port())))
}
