package netio

import (
	"context"
	"errors"
	"net"
	"net/netip"
)

// packetReadBuffer is what a System packet conn asks of the kernel, in bytes:
// room for a burst of some thousand SIP requests. The kernel gives less when
// net.core.rmem_max says so.
const packetReadBuffer = 4 << 20

// discardPort is the UDP port SourceFor connects to; nothing is ever sent.
const discardPort = 9

// System is the machine's own network. Its sockets speak one family each: one
// bound to an IPv6 address takes no IPv4 packets. Immutable.
type System struct{}

var _ Network = System{}

// ListenPacket binds a UDP socket.
func (System) ListenPacket(local netip.AddrPort) (PacketConn, error) {
	local = unmap(local)
	c, err := net.ListenUDP("udp"+family(local.Addr()), net.UDPAddrFromAddrPort(local))
	if err != nil {
		return nil, err
	}
	// A kernel that gives less than was asked still works.
	_ = c.SetReadBuffer(packetReadBuffer)
	return &systemConn{c, unmap(c.LocalAddr().(*net.UDPAddr).AddrPort())}, nil
}

// Listen binds a TCP listener. net.ListenTCP never makes an MPTCP socket,
// unlike a zero net.ListenConfig.
func (System) Listen(local netip.AddrPort) (net.Listener, error) {
	local = unmap(local)
	l, err := net.ListenTCP("tcp"+family(local.Addr()), net.TCPAddrFromAddrPort(local))
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Dial connects TCP, never MPTCP.
func (System) Dial(ctx context.Context, local netip.Addr, remote netip.AddrPort) (net.Conn, error) {
	remote = unmap(remote)
	var d net.Dialer
	d.SetMultipathTCP(false)
	if local.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(local.Unmap(), 0))
	}
	return d.DialContext(ctx, "tcp"+family(remote.Addr()), remote.String())
}

// SourceFor connects a UDP socket, which sends nothing, and asks for its name.
func (System) SourceFor(remote netip.Addr) netip.Addr {
	remote = remote.Unmap()
	if !remote.IsValid() {
		return netip.Addr{}
	}
	c, err := net.DialUDP("udp"+family(remote), nil,
		net.UDPAddrFromAddrPort(netip.AddrPortFrom(remote, discardPort)))
	if err != nil {
		return netip.Addr{}
	}
	defer c.Close()
	return unmap(c.LocalAddr().(*net.UDPAddr).AddrPort()).Addr()
}

// NewPoller makes an epoll set with its wake-up and its timer.
func (System) NewPoller() (Poller, error) { return newEpoll() }

// systemConn is a kernel UDP socket in Go's runtime poller. Safe for
// concurrent use, as net.UDPConn is.
type systemConn struct {
	conn  *net.UDPConn
	local netip.AddrPort
}

func (c *systemConn) ReadFrom(buf []byte) (int, netip.AddrPort, error) {
	n, from, err := c.conn.ReadFromUDPAddrPort(buf)
	return n, unmap(from), closedOr(err)
}

func (c *systemConn) WriteTo(b []byte, to netip.AddrPort) error {
	_, err := c.conn.WriteToUDPAddrPort(b, unmap(to))
	return closedOr(err)
}

func (c *systemConn) LocalAddr() netip.AddrPort { return c.local }

func (c *systemConn) Close() error { return closedOr(c.conn.Close()) }

// closedOr takes the wrapping off net.ErrClosed, so that both networks return
// the same value.
func closedOr(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return ErrClosed
	}
	return err
}

// unmap turns an IPv4 address in IPv6 clothes (::ffff:192.0.2.1) into plain IPv4.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// family is the suffix of Go's network names: "6" for an IPv6 address, else "4".
func family(a netip.Addr) string {
	if a.Is6() {
		return "6"
	}
	return "4"
}
