package transport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/timbre-pbx/timbre/media/netio"
)

// Errors of Send and FlowTo.
var (
	ErrNoListener = errors.New("sip/transport: no listener for this protocol and address family")
	ErrQueueFull  = errors.New("sip/transport: the connection's queue is full")
	ErrTooMany    = errors.New("sip/transport: too many connections")
	ErrClosed     = errors.New("sip/transport: closed")
)

// Config is what a Layer needs.
type Config struct {
	Net    netio.Network
	Log    *slog.Logger
	Limits Limits
	// Receive is handed every message, on the reader's goroutine of the
	// listener or connection; it must not wait. Of a stream message with bad
	// framing it gets the head, whose answer is 400, and the connection closes.
	Receive func(Packet)
	// Admit is asked before a message is copied or parsed; nil admits all.
	Admit func(src netip.Addr, now time.Time) bool
	Now   func() time.Time
}

// Layer is the SIP transport layer. It is a monitor: any goroutine may call
// its methods. Sockets are read while Run runs.
type Layer struct {
	cfg    Config
	limits Limits
	group  sync.WaitGroup

	mu        sync.Mutex
	ctx       context.Context // Run's; nil before it
	closed    bool
	waiting   []func(context.Context) // readers that Run will start
	listeners []*listener
	conns     map[uint64]*conn
	byRemote  map[netip.AddrPort]*conn
	sources   map[netip.Addr]int
	lastConn  uint64
}

type listener struct {
	proto  Proto
	addr   netip.AddrPort
	packet netio.PacketConn // UDP
	stream net.Listener     // TCP
}

func (l *listener) close() {
	if l.packet != nil {
		_ = l.packet.Close()
	} else {
		_ = l.stream.Close()
	}
}

// New makes a layer without listeners.
func New(cfg Config) *Layer {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Layer{
		cfg:      cfg,
		limits:   cfg.Limits.withDefaults(),
		conns:    make(map[uint64]*conn),
		byRemote: make(map[netip.AddrPort]*conn),
		sources:  make(map[netip.Addr]int),
	}
}

// Listen opens a socket on addr; port 0 chooses one. It returns the address
// that Unlisten and Flow.Local use.
func (l *Layer) Listen(proto Proto, addr netip.AddrPort) (netip.AddrPort, error) {
	ln := &listener{proto: proto}
	read := l.readPackets
	switch proto {
	case UDP:
		pc, err := l.cfg.Net.ListenPacket(addr)
		if err != nil {
			return netip.AddrPort{}, fmt.Errorf("listen on %v %v: %w", proto, addr, err)
		}
		ln.packet, ln.addr = pc, unmap(pc.LocalAddr())
	case TCP:
		s, err := l.cfg.Net.Listen(addr)
		if err != nil {
			return netip.AddrPort{}, fmt.Errorf("listen on %v %v: %w", proto, addr, err)
		}
		ln.stream, ln.addr = s, addrPort(s.Addr())
		read = l.accept
	default:
		return netip.AddrPort{}, fmt.Errorf("listen on %v: unknown protocol %d", addr, proto)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.start(func(ctx context.Context) { read(ctx, ln) }) {
		ln.close()
		return netip.AddrPort{}, ErrClosed
	}
	l.listeners = append(l.listeners, ln)
	return ln.addr, nil
}

// Unlisten closes a listener. Connections that it accepted stay.
func (l *Layer) Unlisten(proto Proto, addr netip.AddrPort) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, ln := range l.listeners {
		if ln.proto == proto && ln.addr == addr {
			ln.close()
			l.listeners = append(l.listeners[:i:i], l.listeners[i+1:]...)
			return
		}
	}
}

// Run reads every socket until ctx ends, then closes them all and waits for
// their goroutines. It may be called once.
func (l *Layer) Run(ctx context.Context) error {
	l.mu.Lock()
	if l.ctx != nil || l.closed {
		l.mu.Unlock()
		return ErrClosed
	}
	l.ctx = ctx
	for _, fn := range l.waiting {
		l.group.Go(func() { fn(ctx) })
	}
	l.waiting = nil
	l.mu.Unlock()

	<-ctx.Done()
	l.mu.Lock()
	l.closed = true
	listeners := l.listeners
	l.listeners = nil
	var conns []*conn
	for _, c := range l.conns {
		conns = append(conns, c)
	}
	l.mu.Unlock()
	for _, ln := range listeners {
		ln.close()
	}
	for _, c := range conns {
		c.close()
	}
	l.group.Wait()
	return nil
}

// Conns is how many stream connections are open or being dialled.
func (l *Layer) Conns() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// start runs fn in the layer's group, now or when Run begins. The caller holds mu.
func (l *Layer) start(fn func(context.Context)) bool {
	switch {
	case l.closed:
		return false
	case l.ctx == nil:
		l.waiting = append(l.waiting, fn)
	default:
		ctx := l.ctx
		l.group.Go(func() { fn(ctx) })
	}
	return true
}

// FlowTo is a flow to a peer that has sent nothing yet: from the listener that
// the route to it leaves by. A stream is connected by the first Send.
func (l *Layer) FlowTo(proto Proto, remote netip.AddrPort) (Flow, error) {
	remote = unmap(remote)
	source := l.cfg.Net.SourceFor(remote.Addr()).Unmap()
	l.mu.Lock()
	defer l.mu.Unlock()
	ln := l.choose(proto, remote.Addr(), source)
	if ln == nil {
		return Flow{}, ErrNoListener
	}
	f := Flow{Proto: proto, Local: ln.addr, Remote: remote}
	if c := l.byRemote[remote]; proto == TCP && c != nil {
		return c.flow, nil
	}
	return f, nil
}

// choose prefers the listener on source, then one on every address, then any
// of the family. The caller holds mu.
func (l *Layer) choose(proto Proto, remote, source netip.Addr) *listener {
	var best *listener
	rank := 0
	for _, ln := range l.listeners {
		a := ln.addr.Addr()
		r := 1
		switch {
		case ln.proto != proto || a.Is4() != remote.Is4() && !(a.Is6() && a.IsUnspecified()):
			continue
		case a == source:
			r = 4
		case a.IsUnspecified() && a.Is4() == remote.Is4():
			r = 3
		case a.IsUnspecified():
			r = 2
		}
		if r > rank {
			best, rank = ln, r
		}
	}
	return best
}

// Send implements Sender.
func (l *Layer) Send(f Flow, msg []byte) error {
	f.Remote = unmap(f.Remote)
	switch f.Proto {
	case UDP:
		l.mu.Lock()
		pc := l.packetConn(f)
		l.mu.Unlock()
		if pc == nil {
			return ErrNoListener
		}
		return pc.WriteTo(msg, f.Remote)
	case TCP:
		c, err := l.connFor(f)
		if err != nil {
			return err
		}
		return c.enqueue(msg)
	}
	return ErrNoListener
}

// packetConn is the flow's own listener, or another that reaches the peer when
// that one is closed. The caller holds mu.
func (l *Layer) packetConn(f Flow) netio.PacketConn {
	for _, ln := range l.listeners {
		if ln.proto == UDP && ln.addr == f.Local {
			return ln.packet
		}
	}
	if ln := l.choose(UDP, f.Remote.Addr(), f.Local.Addr()); ln != nil {
		return ln.packet
	}
	return nil
}

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		return unmap(t.AddrPort())
	}
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return unmap(ap)
}
