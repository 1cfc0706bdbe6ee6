package netio

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	// receiveQueue is how many datagrams wait in a virtual socket; more are
	// dropped, as by a kernel.
	receiveQueue = 4096
	// maxDatagram is the largest UDP payload over IPv4, in bytes.
	maxDatagram = 65507
)

// datagrams is a virtual UDP socket: a PacketConn by itself, the inside of a
// Socket when a poller watches it. Guarded by the network's mutex.
type datagrams struct {
	host   *host
	local  netip.AddrPort
	flows  map[netip.AddrPort]*rand.Rand // by destination
	queue  []datagram                    // taken from head
	head   int
	cond   *sync.Cond
	watch  *virtualPoller // nil for a PacketConn
	token  uint32
	closed bool
}

type datagram struct {
	data []byte
	from netip.AddrPort
}

func newDatagrams(h *host, local netip.AddrPort) *datagrams {
	return &datagrams{host: h, local: local, cond: sync.NewCond(&h.net.mu), flows: map[netip.AddrPort]*rand.Rand{}}
}

func (d *datagrams) bound() netip.AddrPort     { return d.local }
func (d *datagrams) LocalAddr() netip.AddrPort { return d.local }
func (d *datagrams) waiting() bool             { return d.head < len(d.queue) }

// ReadFrom waits on a sync.Cond, which lets a synctest bubble's clock advance.
func (d *datagrams) ReadFrom(buf []byte) (int, netip.AddrPort, error) {
	d.host.net.mu.Lock()
	defer d.host.net.mu.Unlock()
	for !d.closed && !d.waiting() {
		d.cond.Wait()
	}
	if d.closed {
		return 0, netip.AddrPort{}, ErrClosed
	}
	n, from := d.take(buf)
	return n, from, nil
}

func (d *datagrams) take(buf []byte) (int, netip.AddrPort) {
	p := d.queue[d.head]
	d.queue[d.head] = datagram{}
	if d.head++; d.head == len(d.queue) {
		d.queue, d.head = d.queue[:0], 0
	}
	n := copy(buf, p.data)
	d.host.net.release(p.data)
	return n, p.from
}

func (d *datagrams) WriteTo(b []byte, to netip.AddrPort) error {
	d.host.net.mu.Lock()
	defer d.host.net.mu.Unlock()
	return d.send(b, unmap(to))
}

// send rolls the dice of the path and lets the datagram arrive later, or not.
func (d *datagrams) send(b []byte, to netip.AddrPort) error {
	switch {
	case d.closed:
		return ErrClosed
	case !to.IsValid() || to.Addr().Is4() != d.local.Addr().Is4():
		return syscall.EAFNOSUPPORT
	case len(b) > maxDatagram:
		return syscall.EMSGSIZE
	}
	v := d.host.net
	src := d.local
	if src.Addr().IsUnspecified() {
		src = netip.AddrPortFrom(d.host.source(to.Addr()), src.Port())
	}
	p := v.path(src.Addr(), to.Addr())
	// The NAT sees the packet and learns even when a later hop loses it.
	seen, target, inside := d.host.realm.route(protoUDP, src, to)
	lost, twice, late, later := d.fate(p, src, to)
	if target == nil || lost || p.MTU > 0 && len(b)+headers(to) > p.MTU {
		return nil
	}
	socket := find(target.udp[inside.Port()], inside, false)
	if socket == nil {
		return nil
	}
	v.after(p.Delay+late, delivery{pkt: v.buffer(b), from: seen, to: socket})
	if twice {
		v.after(p.Delay+later, delivery{pkt: v.buffer(b), from: seen, to: socket})
	}
	return nil
}

// fate draws the same number of times for every datagram, so that changing one
// property of a path leaves the other draws as they were.
func (d *datagrams) fate(p Path, src, to netip.AddrPort) (lost, twice bool, late, later time.Duration) {
	dice := d.flows[to]
	if dice == nil {
		dice = d.host.net.dice(src, to)
		d.flows[to] = dice
	}
	lost = dice.Float64() < p.Loss
	twice = dice.Float64() < p.Duplicate
	late = time.Duration(dice.Float64() * float64(p.Jitter))
	later = time.Duration(dice.Float64() * float64(p.Jitter))
	return lost, twice, late, later
}

// headers is the size of the IP and UDP headers, in bytes.
func headers(to netip.AddrPort) int {
	if to.Addr().Is4() {
		return 20 + 8
	}
	return 40 + 8
}

func (d *datagrams) arrive(data []byte, from netip.AddrPort) {
	if d.closed || len(d.queue)-d.head >= receiveQueue {
		d.host.net.release(data)
		return
	}
	if d.head > receiveQueue { // move up rather than grow for ever
		d.queue = slices.Delete(d.queue, 0, d.head)
		d.head = 0
	}
	d.queue = append(d.queue, datagram{data, from})
	d.cond.Signal()
	if d.watch != nil {
		d.watch.poke()
	}
}

func (d *datagrams) Close() error {
	d.host.net.mu.Lock()
	defer d.host.net.mu.Unlock()
	return d.close()
}

func (d *datagrams) close() error {
	if d.closed {
		return ErrClosed
	}
	d.closed = true
	port := d.local.Port()
	d.host.udp[port] = slices.DeleteFunc(d.host.udp[port], func(o *datagrams) bool { return o == d })
	d.queue = nil
	d.cond.Broadcast()
	return nil
}
