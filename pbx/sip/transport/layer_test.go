package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/media/netio"
)

// memNet is a network of channels and pipes for one bubble.
type memNet struct {
	mu      sync.Mutex
	dialled []net.Conn // the far ends
	packets *memPacket
	stream  *memListener
}

type datagram struct {
	b    []byte
	addr netip.AddrPort
}

type memPacket struct {
	in, out chan datagram
	local   netip.AddrPort
	done    chan struct{}
	once    sync.Once
}

func (p *memPacket) ReadFrom(b []byte) (int, netip.AddrPort, error) {
	select {
	case d := <-p.in:
		return copy(b, d.b), d.addr, nil
	case <-p.done:
		return 0, netip.AddrPort{}, net.ErrClosed
	}
}
func (p *memPacket) WriteTo(b []byte, to netip.AddrPort) error {
	p.out <- datagram{append([]byte(nil), b...), to}
	return nil
}
func (p *memPacket) LocalAddr() netip.AddrPort { return p.local }
func (p *memPacket) Close() error              { p.once.Do(func() { close(p.done) }); return nil }

type memListener struct {
	in    chan net.Conn
	errs  chan error
	local netip.AddrPort
	done  chan struct{}
	once  sync.Once
}

func (l *memListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.in:
		return c, nil
	case err := <-l.errs:
		return nil, err
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *memListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *memListener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.local) }

type memConn struct {
	net.Conn
	remote netip.AddrPort
}

func (c memConn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.remote) }

func (n *memNet) ListenPacket(a netip.AddrPort) (netio.PacketConn, error) {
	n.packets = &memPacket{in: make(chan datagram), out: make(chan datagram, 10), local: a, done: make(chan struct{})}
	return n.packets, nil
}
func (n *memNet) Listen(a netip.AddrPort) (net.Listener, error) {
	n.stream = &memListener{in: make(chan net.Conn), errs: make(chan error), local: a, done: make(chan struct{})}
	return n.stream, nil
}
func (n *memNet) Dial(_ context.Context, _ netip.Addr, remote netip.AddrPort) (net.Conn, error) {
	near, far := net.Pipe()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dialled = append(n.dialled, far)
	return memConn{near, remote}, nil
}
func (n *memNet) SourceFor(netip.Addr) netip.Addr  { return netip.MustParseAddr("192.0.2.10") }
func (n *memNet) NewPoller() (netio.Poller, error) { return nil, errors.ErrUnsupported }
func (n *memNet) connect(src netip.AddrPort) net.Conn { // as the peer does
	near, far := net.Pipe()
	n.stream.in <- memConn{near, src}
	return far
}

var (
	local = netip.MustParseAddrPort("192.0.2.10:5060")
	peer  = netip.MustParseAddrPort("192.0.2.77:40000")
)

// withLayer runs fn beside a layer with a UDP and a TCP listener on local.
func withLayer(t *testing.T, limits Limits, fn func(l *Layer, n *memNet, got chan Packet)) {
	synctest.Test(t, func(t *testing.T) {
		n, got := &memNet{}, make(chan Packet, 100)
		l := New(Config{Net: n, Limits: limits, Receive: func(p Packet) { got <- p }, Now: time.Now})
		for _, p := range []Proto{UDP, TCP} {
			if _, err := l.Listen(p, local); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _ = l.Run(ctx) })
		synctest.Wait()
		fn(l, n, got)
		cancel()
		wg.Wait()
		if len(l.conns)+len(l.byRemote)+len(l.sources) != 0 {
			t.Errorf("tables are not empty: %v %v %v", l.conns, l.byRemote, l.sources)
		}
	})
}

func TestDatagramsComeInAndGoBack(t *testing.T) {
	withLayer(t, Limits{}, func(l *Layer, n *memNet, got chan Packet) {
		n.packets.in <- datagram{[]byte("\r\n\r\n"), peer}
		n.packets.in <- datagram{[]byte("hello"), peer}
		p := <-got
		if string(p.Data) != "hello" || p.Flow != (Flow{Proto: UDP, Local: local, Remote: peer}) {
			t.Errorf("got %q on %+v", p.Data, p.Flow)
		}
		if err := l.Send(p.Flow, []byte("back")); err != nil {
			t.Fatal(err)
		}
		if d := <-n.packets.out; string(d.b) != "back" || d.addr != peer {
			t.Errorf("sent %q to %v", d.b, d.addr)
		}
		if f, err := l.FlowTo(UDP, peer); err != nil || f != p.Flow {
			t.Errorf("FlowTo: %+v, %v", f, err)
		}
		if _, err := l.FlowTo(UDP, netip.MustParseAddrPort("[2001:db8::1]:5060")); !errors.Is(err, ErrNoListener) {
			t.Errorf("FlowTo another family: %v", err)
		}
	})
}

func TestAnswersGoBackOnTheConnectionAndPingsArePonged(t *testing.T) {
	withLayer(t, Limits{}, func(l *Layer, n *memNet, got chan Packet) {
		c := n.connect(peer)
		_, _ = c.Write([]byte("\r\n\r\n"))
		b := make([]byte, 2)
		if _, err := io.ReadFull(c, b); err != nil || string(b) != "\r\n" {
			t.Errorf("pong %q, %v", b, err)
		}
		_, _ = c.Write([]byte("A\r\nl: 2\r\n\r\nxy"))
		p := <-got
		if err := l.Send(p.Flow, []byte("ok")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, b); err != nil || string(b) != "ok" {
			t.Errorf("answer %q, %v", b, err)
		}
		if f, err := l.FlowTo(TCP, peer); err != nil || f.Conn != p.Flow.Conn {
			t.Errorf("FlowTo does not find the connection: %+v, %v", f, err)
		}
	})
}

func TestHalfOpenConnectionsAreShedWithinTenSeconds(t *testing.T) {
	withLayer(t, Limits{PerSource: 3000, Conns: 3000}, func(l *Layer, n *memNet, got chan Packet) {
		for i := range 2000 {
			c := n.connect(netip.AddrPortFrom(peer.Addr(), uint16(1000+i)))
			if i%2 == 0 { // the others send nothing at all
				_, _ = c.Write([]byte("INVITE sip:x SIP/2.0\r\n"))
			}
		}
		time.Sleep(9 * time.Second)
		if l.Conns() != 2000 {
			t.Errorf("%d connections after 9 s, want 2000", l.Conns())
		}
		time.Sleep(time.Second + time.Millisecond)
		synctest.Wait()
		if l.Conns() != 0 {
			t.Errorf("%d connections after 10 s", l.Conns())
		}
	})
}

func TestOneByteAtATimeDoesNotHoldAConnection(t *testing.T) {
	withLayer(t, Limits{}, func(l *Layer, n *memNet, got chan Packet) {
		c := n.connect(peer)
		_, _ = c.Write([]byte("A\r\nl: 0\r\n\r\n"))
		<-got
		time.Sleep(time.Minute) // an idle connection may stay
		began := time.Now()
		for {
			if _, err := c.Write([]byte("x")); err != nil {
				break
			}
			time.Sleep(time.Second)
		}
		if d := time.Since(began); d < 9*time.Second || d > 11*time.Second {
			t.Errorf("held for %v", d)
		}
	})
}

func TestConnectionsOfOneSourceAreBounded(t *testing.T) {
	withLayer(t, Limits{}, func(l *Layer, n *memNet, got chan Packet) {
		for i := range 30 {
			n.connect(netip.AddrPortFrom(peer.Addr(), uint16(1000+i)))
		}
		synctest.Wait()
		if l.Conns() != 20 {
			t.Errorf("%d connections of one source, want 20", l.Conns())
		}
		n.connect(netip.MustParseAddrPort("192.0.2.78:1"))
		synctest.Wait()
		if l.Conns() != 21 {
			t.Error("another source was refused")
		}
	})
}

func TestBadFramingIsHandedUpForItsAnswerAndClosed(t *testing.T) {
	withLayer(t, Limits{}, func(l *Layer, n *memNet, got chan Packet) {
		c := n.connect(peer)
		_, _ = c.Write([]byte("A\r\nContent-Length: -5\r\n\r\n"))
		p := <-got
		if !strings.Contains(string(p.Data), "-5") {
			t.Errorf("got %q", p.Data)
		}
		if err := l.Send(p.Flow, []byte("400")); err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(c); string(b) != "400" || err != nil {
			t.Errorf("read %q, %v, want the answer and the end", b, err)
		}
	})
}

func TestSendDialsWithoutWaiting(t *testing.T) {
	withLayer(t, Limits{Queue: 2}, func(l *Layer, n *memNet, got chan Packet) {
		f, err := l.FlowTo(TCP, peer)
		if err != nil || f.Conn != 0 {
			t.Fatalf("%+v, %v", f, err)
		}
		if err := l.Send(f, []byte("one")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		// The peer reads nothing: one message is being written, two wait.
		for i, want := range []error{nil, nil, ErrQueueFull} {
			if err := l.Send(f, []byte("two")); !errors.Is(err, want) {
				t.Errorf("send %d: %v, want %v", i, err, want)
			}
		}
		time.Sleep(10 * time.Second) // the write deadline
		synctest.Wait()
		if l.Conns() != 0 {
			t.Error("a peer that reads nothing keeps its connection")
		}
	})
}

func TestAcceptOutlivesErrors(t *testing.T) {
	withLayer(t, Limits{}, func(l *Layer, n *memNet, got chan Packet) {
		began := time.Now()
		for range 12 {
			n.stream.errs <- errors.New("too many open files")
		}
		n.connect(peer)
		if d := time.Since(began); d < 3*time.Second || d > 12*time.Second {
			t.Errorf("12 errors took %v", d)
		}
	})
}
