package netio

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"
)

// ErrClosed is returned by every call on a conn, socket or poller after its Close.
var ErrClosed = net.ErrClosed

// ErrWouldBlock is returned by Socket.Recv when nothing is waiting and by
// Socket.Send when the kernel's buffer is full. The packet is then lost, as on a wire.
var ErrWouldBlock = errors.New("netio: would block")

// Network opens sockets. Implementations are safe for concurrent use.
type Network interface {
	// ListenPacket binds a UDP socket. Port 0 chooses a free port.
	ListenPacket(local netip.AddrPort) (PacketConn, error)
	// Listen binds a TCP listener (never MPTCP: Landlock's TCP rules do not
	// see it). Port 0 chooses a free port.
	Listen(local netip.AddrPort) (net.Listener, error)
	// Dial connects TCP from local (zero Addr: any) to remote.
	Dial(ctx context.Context, local netip.Addr, remote netip.AddrPort) (net.Conn, error)
	// SourceFor is the local address that a packet to remote would leave
	// from; the zero Addr when there is no route.
	SourceFor(remote netip.Addr) netip.Addr
	// NewPoller makes a poller for one media shard.
	NewPoller() (Poller, error)
}

// PacketConn is a UDP socket read by one goroutine and written by any.
type PacketConn interface {
	// ReadFrom waits for a datagram. A datagram longer than buf is cut.
	ReadFrom(buf []byte) (n int, from netip.AddrPort, err error)
	WriteTo(b []byte, to netip.AddrPort) error
	LocalAddr() netip.AddrPort
	Close() error
}

// Poller is the packet source of one media shard: an epoll set over real
// sockets, or its twin on a virtual network. All methods but Wake belong to
// the shard's goroutine.
type Poller interface {
	// Open binds a UDP socket and watches it; Wait reports it as token.
	Open(local netip.AddrPort, token uint32) (Socket, error)
	// Wait blocks until a socket is readable, Wake is called or until has
	// passed (a zero until waits for ever), and fills ready with the tokens
	// of readable sockets. A socket stays ready until it is drained.
	Wait(ready []uint32, until time.Time) (n int, err error)
	// Wake makes a Wait under way, or else the next one, return. Any goroutine may call it.
	Wake()
	// Close closes the poller and every socket still open on it.
	Close() error
}

// Socket is a non-blocking UDP socket owned by one shard. Neither Recv nor
// Send allocates.
type Socket interface {
	// Recv takes the next datagram, or ErrWouldBlock.
	Recv(buf []byte) (n int, from netip.AddrPort, err error)
	// Send sends one datagram to to.
	Send(b []byte, to netip.AddrPort) error
	LocalAddr() netip.AddrPort
	Close() error
}
