package netio

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// firstEphemeral is the first port chosen for port 0 (RFC 6335 §6).
const firstEphemeral = 49152

// host is one machine on a Virtual network. Guarded by the network's mutex.
type host struct {
	net      *Virtual
	realm    *realm
	addrs    []netip.Addr
	udp      map[uint16][]*datagrams
	tcp      map[uint16][]*listener
	nextPort uint16
}

var _ Network = (*host)(nil)

func (h *host) ListenPacket(local netip.AddrPort) (PacketConn, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	return h.bindUDP(unmap(local))
}

func (h *host) Listen(local netip.AddrPort) (net.Listener, error) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	local, err := h.claim(unmap(local), func(a netip.AddrPort) bool { return find(h.tcp[a.Port()], a, true) != nil })
	if err != nil {
		return nil, err
	}
	l := newListener(h, local)
	h.tcp[local.Port()] = append(h.tcp[local.Port()], l)
	return l, nil
}

func (h *host) bindUDP(local netip.AddrPort) (*datagrams, error) {
	local, err := h.claim(local, func(a netip.AddrPort) bool { return find(h.udp[a.Port()], a, true) != nil })
	if err != nil {
		return nil, err
	}
	d := newDatagrams(h, local)
	h.udp[local.Port()] = append(h.udp[local.Port()], d)
	return d, nil
}

// claim checks the address and chooses a port when none is named.
func (h *host) claim(local netip.AddrPort, taken func(netip.AddrPort) bool) (netip.AddrPort, error) {
	a := local.Addr()
	if !h.source(a).IsValid() || !a.IsUnspecified() && !h.owns(a) {
		return netip.AddrPort{}, opError("bind", local, syscall.EADDRNOTAVAIL)
	}
	if local.Port() != 0 {
		if taken(local) {
			return netip.AddrPort{}, opError("bind", local, syscall.EADDRINUSE)
		}
		return local, nil
	}
	for range 1 << 14 {
		try := netip.AddrPortFrom(a, h.ephemeral())
		if !taken(try) {
			return try, nil
		}
	}
	return netip.AddrPort{}, opError("bind", local, syscall.EADDRINUSE)
}

func (h *host) ephemeral() uint16 {
	p := h.nextPort
	if h.nextPort++; h.nextPort < firstEphemeral {
		h.nextPort = firstEphemeral
	}
	return p
}

func (h *host) owns(a netip.Addr) bool { return h.realm.hosts[a] == h }

// source is the host's first address of the family of to.
func (h *host) source(to netip.Addr) netip.Addr {
	if h.owns(to) {
		return to
	}
	for _, a := range h.addrs {
		if to.IsValid() && a.Is4() == to.Is4() {
			return a
		}
	}
	return netip.Addr{}
}

func (h *host) SourceFor(remote netip.Addr) netip.Addr { return h.source(remote.Unmap()) }

func (h *host) NewPoller() (Poller, error) { return newVirtualPoller(h), nil }

// Dial takes one round trip. Nobody listening is a refusal, an address without
// a host is no route.
func (h *host) Dial(ctx context.Context, local netip.Addr, remote netip.AddrPort) (net.Conn, error) {
	remote = unmap(remote)
	if err := ctx.Err(); err != nil {
		return nil, opError("dial", remote, err)
	}
	v := h.net
	v.mu.Lock()
	if !local.IsValid() || local.IsUnspecified() {
		local = h.source(remote.Addr())
	}
	src := netip.AddrPortFrom(local.Unmap(), h.ephemeral())
	there, back := v.path(src.Addr(), remote.Addr()).Delay, v.path(remote.Addr(), src.Addr()).Delay
	owned := h.owns(src.Addr())
	v.mu.Unlock()
	if !owned {
		return nil, opError("dial", remote, syscall.EADDRNOTAVAIL)
	}
	if err := pause(ctx, there); err != nil {
		return nil, opError("dial", remote, err)
	}
	near, err := h.connect(src, remote, there, back)
	if wait := pause(ctx, back); wait != nil && err == nil {
		near.Close()
		err = wait
	}
	if err != nil {
		return nil, opError("dial", remote, err)
	}
	return near, nil
}

// connect finds the listener and hands it the far end of a new stream.
func (h *host) connect(src, remote netip.AddrPort, there, back time.Duration) (*stream, error) {
	v := h.net
	v.mu.Lock()
	defer v.mu.Unlock()
	seen, target, inside := h.realm.route(protoTCP, src, remote)
	if target == nil {
		return nil, syscall.EHOSTUNREACH
	}
	l := find(target.tcp[inside.Port()], inside, false)
	if l == nil || len(l.backlog) >= listenBacklog {
		return nil, syscall.ECONNREFUSED
	}
	near := newStream(v, src, remote, there)
	far := newStream(v, inside, seen, back)
	near.peer, far.peer = far, near
	l.backlog = append(l.backlog, far)
	l.cond.Broadcast()
	return near, nil
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bound is what has a local address.
type bound interface {
	comparable
	bound() netip.AddrPort
}

// find is the first of list that takes packets to a. For binding, an
// unspecified a clashes with every address of its family.
func find[B bound](list []B, a netip.AddrPort, binding bool) B {
	for _, b := range list {
		l := b.bound()
		same := l.Addr().Is4() == a.Addr().Is4()
		if l == a || same && (l.Addr().IsUnspecified() || binding && a.Addr().IsUnspecified()) {
			return b
		}
	}
	var none B
	return none
}

// opError is an error as package net words it; unwraps to err.
func opError(op string, a netip.AddrPort, err error) error {
	return &net.OpError{Op: op, Net: "virtual", Addr: net.UDPAddrFromAddrPort(a), Err: err}
}
