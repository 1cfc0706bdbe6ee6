package netio

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var (
	hostA  = netip.MustParseAddr("192.0.2.1")
	hostB  = netip.MustParseAddr("192.0.2.2")
	hostC  = netip.MustParseAddr("192.0.2.3")
	public = netip.MustParseAddr("198.51.100.1")
	inside = netip.MustParseAddr("10.0.0.2")
)

// arrivals sends count numbered datagrams, 20 ms apart, over the path and
// returns the numbers in order of arrival and when the last one came.
func arrivals(t *testing.T, seed uint64, p Path, count, size int) (order []int, last time.Duration) {
	t.Helper()
	v := NewVirtual(seed)
	v.SetPath(hostA, hostB, p)
	na, nb := v.Host(hostA), v.Host(hostB)
	from, err := na.ListenPacket(netip.AddrPortFrom(hostA, 4000))
	must(t, err)
	defer from.Close()
	poll := poller(t, nb)
	to, err := poll.Open(netip.AddrPortFrom(hostB, 5000), 1)
	must(t, err)
	start := time.Now()
	drain := func(until time.Time) {
		buf := make([]byte, size)
		for {
			n, err := poll.Wait(make([]uint32, 1), until)
			must(t, err)
			if n == 0 {
				return
			}
			for {
				if _, _, err := to.Recv(buf); err != nil {
					break
				}
				order, last = append(order, int(buf[0])), time.Since(start)
			}
		}
	}
	for i := range count {
		b := make([]byte, size)
		b[0] = byte(i)
		must(t, from.WriteTo(b, to.LocalAddr()))
		drain(time.Now().Add(20 * time.Millisecond))
	}
	drain(time.Now().Add(time.Second))
	return order, last
}

func TestPathShapesTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got, last := arrivals(t, 1, Path{Delay: 30 * time.Millisecond}, 3, 10); !slices.Equal(got, []int{0, 1, 2}) || last != 70*time.Millisecond {
			t.Error("delay:", got, last)
		}
		if got, _ := arrivals(t, 1, Path{Loss: 1}, 5, 10); len(got) != 0 {
			t.Error("full loss:", got)
		}
		if got, _ := arrivals(t, 1, Path{Loss: 0.1}, 250, 10); len(got) < 200 || len(got) > 245 {
			t.Error("a tenth lost, but came", len(got))
		}
		if got, _ := arrivals(t, 1, Path{Duplicate: 1}, 2, 10); !slices.Equal(got, []int{0, 0, 1, 1}) {
			t.Error("duplicates:", got)
		}
		if got, _ := arrivals(t, 1, Path{Jitter: 100 * time.Millisecond}, 50, 10); len(got) != 50 || slices.IsSorted(got) {
			t.Error("jitter does not reorder:", got)
		}
		if got, _ := arrivals(t, 1, Path{MTU: 1500}, 1, 1472); len(got) != 1 {
			t.Error("a datagram of exactly the MTU is lost")
		}
		if got, _ := arrivals(t, 1, Path{MTU: 1500}, 1, 1473); len(got) != 0 {
			t.Error("a datagram over the MTU came")
		}
	})
}

func TestSeedDecidesFate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Path{Loss: 0.2, Duplicate: 0.1, Jitter: 90 * time.Millisecond}
		first, _ := arrivals(t, 7, p, 100, 10)
		again, _ := arrivals(t, 7, p, 100, 10)
		other, _ := arrivals(t, 8, p, 100, 10)
		if !slices.Equal(first, again) {
			t.Error("one seed, two fates")
		}
		if slices.Equal(first, other) {
			t.Error("two seeds, one fate")
		}
	})
}

func TestNATLetsInWhoItsKindSays(t *testing.T) {
	tests := []struct {
		name               string
		kind               NATKind
		samePort, stranger bool
	}{
		{"full cone", FullCone, true, true},
		{"restricted cone", RestrictedCone, true, false},
		{"symmetric", Symmetric, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := NewVirtual(1)
			nat := v.NAT(tt.kind, public)
			phone := socket(t, poller(t, nat.Host(inside)), inside, 0)
			b := socket(t, poller(t, v.Host(hostB)), hostB, 0)
			c := socket(t, poller(t, v.Host(hostC)), hostC, 0)
			buf := make([]byte, 10)

			must(t, phone.Send([]byte("1"), b.LocalAddr()))
			_, seen, err := b.Recv(buf)
			must(t, err)
			if seen.Addr() != public {
				t.Fatal("seen as", seen)
			}
			must(t, b.Send([]byte("2"), seen))
			if _, from, err := phone.Recv(buf); err != nil || from != b.LocalAddr() {
				t.Fatal("the answer:", from, err)
			}
			must(t, c.Send([]byte("3"), seen))
			if _, _, err := phone.Recv(buf); (err == nil) != tt.stranger {
				t.Error("a stranger's packet:", err)
			}
			must(t, phone.Send([]byte("4"), c.LocalAddr()))
			_, seenByC, err := c.Recv(buf)
			must(t, err)
			if (seenByC == seen) != tt.samePort {
				t.Error("seen as", seen, "and", seenByC)
			}
			nat.Forget()
			must(t, b.Send([]byte("5"), seen))
			if _, _, err := phone.Recv(buf); err != ErrWouldBlock {
				t.Error("after the mapping is gone:", err)
			}
		})
	}
}

func TestNATForwardsPorts(t *testing.T) {
	v := NewVirtual(1)
	nat := v.NAT(Symmetric, public)
	pbx := nat.Host(inside)
	udp, err := pbx.ListenPacket(netip.AddrPortFrom(inside, 5060))
	must(t, err)
	defer udp.Close()
	tcp, err := pbx.Listen(netip.AddrPortFrom(inside, 5060))
	must(t, err)
	defer tcp.Close()
	nat.Forward(5060, netip.AddrPortFrom(inside, 5060))
	far := v.Host(hostB)
	s := socket(t, poller(t, far), hostB, 0)
	must(t, s.Send([]byte("x"), netip.AddrPortFrom(public, 5060)))
	_, from, err := udp.ReadFrom(make([]byte, 1))
	if err != nil || from != s.LocalAddr() {
		t.Fatal(from, err)
	}
	must(t, udp.WriteTo([]byte("y"), from))
	if _, from, err := s.Recv(make([]byte, 1)); err != nil || from != netip.AddrPortFrom(public, 5060) {
		t.Error("answered from", from, err)
	}
	c, err := far.Dial(context.Background(), netip.Addr{}, netip.AddrPortFrom(public, 5060))
	must(t, err)
	must(t, c.Close())
}

func TestTwoNATsHaveTheSameInside(t *testing.T) {
	v := NewVirtual(1)
	one := v.NAT(FullCone, public).Host(inside)
	two := v.NAT(FullCone, hostC).Host(inside)
	a, b := packetConn(t, one, inside), socket(t, poller(t, two), inside, 0)
	must(t, a.WriteTo([]byte("x"), b.LocalAddr()))
	if _, _, err := b.Recv(nil); err != ErrWouldBlock {
		t.Error("an inside address leaks:", err)
	}
}

func TestStreamTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := NewVirtual(1)
		v.SetDefault(Path{Delay: 40 * time.Millisecond})
		a, b := v.Host(hostA), v.Host(hostB)
		l, err := b.Listen(netip.AddrPortFrom(hostB, 80))
		must(t, err)
		defer l.Close()
		start := time.Now()
		c, err := a.Dial(context.Background(), netip.Addr{}, netip.AddrPortFrom(hostB, 80))
		must(t, err)
		if took := time.Since(start); took != 80*time.Millisecond {
			t.Error("the handshake took", took)
		}
		far, err := l.Accept()
		must(t, err)
		_, err = c.Write([]byte("x"))
		must(t, err)
		must(t, c.Close())
		_, err = io.ReadFull(far, make([]byte, 1))
		must(t, err)
		if took := time.Since(start); took != 120*time.Millisecond {
			t.Error("the byte came after", took)
		}
		if _, err := far.Read(make([]byte, 1)); err != io.EOF {
			t.Error(err)
		}
		_, err = far.Write([]byte("y"))
		must(t, err)
		time.Sleep(100 * time.Millisecond)
		if _, err := far.Write([]byte("z")); !errors.Is(err, syscall.EPIPE) {
			t.Error("write to a closed end:", err)
		}
		must(t, far.Close())
	})
}

func TestDialGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := NewVirtual(1)
		v.SetDefault(Path{Delay: time.Hour})
		a := v.Host(hostA)
		v.Host(hostB)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := a.Dial(ctx, netip.Addr{}, netip.AddrPortFrom(hostB, 80)); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if _, err := a.Dial(t.Context(), netip.Addr{}, netip.AddrPortFrom(hostC, 80)); !errors.Is(err, syscall.EHOSTUNREACH) {
			t.Error(err)
		}
	})
}

func TestSocketOnEveryAddress(t *testing.T) {
	v := NewVirtual(1)
	n := v.Host(hostA, hostB)
	all, err := n.ListenPacket(netip.MustParseAddrPort("0.0.0.0:5060"))
	must(t, err)
	defer all.Close()
	if _, err := n.ListenPacket(netip.AddrPortFrom(hostB, 5060)); !errors.Is(err, syscall.EADDRINUSE) {
		t.Error(err)
	}
	if _, err := n.ListenPacket(netip.AddrPortFrom(hostC, 5060)); !errors.Is(err, syscall.EADDRNOTAVAIL) {
		t.Error(err)
	}
	s := socket(t, poller(t, v.Host(hostC)), hostC, 0)
	must(t, s.Send([]byte("x"), netip.AddrPortFrom(hostB, 5060)))
	_, from, err := all.ReadFrom(make([]byte, 1))
	must(t, err)
	must(t, all.WriteTo([]byte("y"), from))
	if _, from, err := s.Recv(make([]byte, 1)); err != nil || from.Addr() != hostA {
		t.Error(from, err)
	}
}
