package netio

import "net/netip"

// NATKind says which packets a NAT lets in and how it maps (RFC 4787 §4, §5).
type NATKind int

const (
	// FullCone maps one inside port to one public port, open to everybody.
	FullCone NATKind = iota
	// RestrictedCone maps alike, and lets in only who was sent to before, by
	// address and port.
	RestrictedCone
	// Symmetric maps anew for each destination and lets in only that one.
	Symmetric
)

type proto byte

const (
	protoUDP proto = iota
	protoTCP
)

// NAT is a router on a Virtual network with one public address and its own
// hosts inside. Guarded by the network's mutex.
type NAT struct {
	net      *Virtual
	kind     NATKind
	public   netip.Addr
	inside   *realm
	out      map[mapping]uint16
	in       map[natPort]mapping
	sent     map[permit]bool
	forwards map[natPort]netip.AddrPort
	nextPort uint16
}

// mapping is an inside end, with the destination on a symmetric NAT.
type mapping struct {
	proto  proto
	inside netip.AddrPort
	to     netip.AddrPort
}

type natPort struct {
	proto proto
	port  uint16
}

type permit struct {
	natPort
	remote netip.AddrPort
}

// NAT adds a router to the internet.
func (v *Virtual) NAT(kind NATKind, public netip.Addr) *NAT {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.internet.hosts[public] != nil || v.internet.nats[public] != nil {
		panic("netio: virtual address taken: " + public.String())
	}
	n := &NAT{net: v, kind: kind, public: public, forwards: map[natPort]netip.AddrPort{}, nextPort: 20000}
	n.inside = newRealm(n)
	n.forget()
	v.internet.nats[public] = n
	return n
}

// Host adds a machine inside. Two NATs may use the same inside addresses.
func (n *NAT) Host(addrs ...netip.Addr) Network {
	n.net.mu.Lock()
	defer n.net.mu.Unlock()
	return n.net.addHost(n.inside, addrs)
}

// Forward opens a public port, of UDP and TCP, to an inside end: port mapping.
func (n *NAT) Forward(port uint16, inside netip.AddrPort) {
	n.net.mu.Lock()
	defer n.net.mu.Unlock()
	n.forwards[natPort{protoUDP, port}] = inside
	n.forwards[natPort{protoTCP, port}] = inside
}

// Forget drops every learned mapping, as a router does that starts anew or
// whose timeouts ran out. Forwards stay; ports are not used again.
func (n *NAT) Forget() {
	n.net.mu.Lock()
	defer n.net.mu.Unlock()
	n.forget()
}

func (n *NAT) forget() {
	n.out, n.in, n.sent = map[mapping]uint16{}, map[natPort]mapping{}, map[permit]bool{}
}

// outbound maps a packet that leaves: the source that the world sees.
func (n *NAT) outbound(p proto, src, dst netip.AddrPort) netip.AddrPort {
	for np, inside := range n.forwards {
		if np.proto == p && inside == src {
			n.sent[permit{np, dst}] = true
			return netip.AddrPortFrom(n.public, np.port)
		}
	}
	m := mapping{proto: p, inside: src}
	if n.kind == Symmetric {
		m.to = dst
	}
	port, ok := n.out[m]
	if !ok {
		port = n.freePort(p)
		n.out[m] = port
		n.in[natPort{p, port}] = m
	}
	n.sent[permit{natPort{p, port}, dst}] = true
	return netip.AddrPortFrom(n.public, port)
}

func (n *NAT) freePort(p proto) uint16 {
	for range 1 << 16 {
		if n.nextPort++; n.nextPort < 1024 {
			n.nextPort = 1024
		}
		np := natPort{p, n.nextPort}
		_, used := n.in[np]
		if _, forwarded := n.forwards[np]; !used && !forwarded {
			break
		}
	}
	return n.nextPort
}

// inbound maps a packet that comes in; not ok when it is not let in.
func (n *NAT) inbound(p proto, src netip.AddrPort, port uint16) (inside netip.AddrPort, ok bool) {
	np := natPort{p, port}
	if to, ok := n.forwards[np]; ok {
		return to, true
	}
	m, ok := n.in[np]
	if ok && n.kind != FullCone {
		ok = n.sent[permit{np, src}]
	}
	return m.inside, ok
}

// route finds who gets a packet from src inside the realm to dst: the source
// as that host sees it, the host, and the address it is known by there. The
// host is nil when there is none or a NAT keeps the packet out.
func (r *realm) route(p proto, src, dst netip.AddrPort) (netip.AddrPort, *host, netip.AddrPort) {
	if h := r.hosts[dst.Addr()]; h != nil {
		return src, h, dst
	}
	if r.nat != nil {
		src = r.nat.outbound(p, src, dst)
		return r.nat.net.internet.route(p, src, dst)
	}
	if n := r.nats[dst.Addr()]; n != nil {
		if to, ok := n.inbound(p, src, dst.Port()); ok {
			return src, n.inside.hosts[to.Addr()], to
		}
	}
	return src, nil, dst
}
