package netio

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// epollSocket is a non-blocking kernel UDP socket. Owned by its poller's
// shard. The socket addresses of the two system calls are part of it, so that
// neither call allocates (unix.Recvfrom makes a new Sockaddr each time).
type epollSocket struct {
	fd     int
	poller *epoll
	local  netip.AddrPort
	closed bool

	name    unix.RawSockaddrInet6 // of the packet under way; large enough for IPv4
	nameLen uint32
}

func openSocket(local netip.AddrPort) (*epollSocket, error) {
	domain := unix.AF_INET
	if local.Addr().Is6() {
		domain = unix.AF_INET6
	}
	fd, err := unix.Socket(domain, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.IPPROTO_UDP)
	if err != nil {
		return nil, fmt.Errorf("netio: socket: %w", err)
	}
	s := &epollSocket{fd: fd, local: local}
	if err := s.bind(local); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("netio: bind %v: %w", local, err)
	}
	return s, nil
}

// bind binds the socket and learns the port that the kernel chose.
func (s *epollSocket) bind(local netip.AddrPort) error {
	if !local.Addr().IsValid() {
		return unix.EADDRNOTAVAIL
	}
	if local.Addr().Is6() {
		if err := unix.SetsockoptInt(s.fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1); err != nil {
			return err
		}
	}
	if err := s.setName(local); err != nil {
		return err
	}
	if _, _, e := unix.RawSyscall(unix.SYS_BIND, uintptr(s.fd),
		uintptr(unsafe.Pointer(&s.name)), uintptr(s.nameLen)); e != 0 {
		return e
	}
	s.nameLen = unix.SizeofSockaddrInet6
	if _, _, e := unix.RawSyscall(unix.SYS_GETSOCKNAME, uintptr(s.fd),
		uintptr(unsafe.Pointer(&s.name)), uintptr(unsafe.Pointer(&s.nameLen))); e != 0 {
		return e
	}
	s.local = s.getName()
	return nil
}

// Recv takes the next datagram. The call never waits, so it is made without
// telling the scheduler (RawSyscall).
func (s *epollSocket) Recv(buf []byte) (int, netip.AddrPort, error) {
	if s.closed {
		return 0, netip.AddrPort{}, ErrClosed
	}
	for {
		s.nameLen = unix.SizeofSockaddrInet6
		n, _, e := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(s.fd),
			uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0,
			uintptr(unsafe.Pointer(&s.name)), uintptr(unsafe.Pointer(&s.nameLen)))
		switch e {
		case 0:
			return int(n), s.getName(), nil
		case unix.EINTR:
		case unix.EAGAIN:
			return 0, netip.AddrPort{}, ErrWouldBlock
		default:
			return 0, netip.AddrPort{}, e
		}
	}
}

// Send sends one datagram.
func (s *epollSocket) Send(b []byte, to netip.AddrPort) error {
	if s.closed {
		return ErrClosed
	}
	if err := s.setName(unmap(to)); err != nil {
		return err
	}
	for {
		_, _, e := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(s.fd),
			uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), 0,
			uintptr(unsafe.Pointer(&s.name)), uintptr(s.nameLen))
		switch e {
		case 0:
			return nil
		case unix.EINTR:
		case unix.EAGAIN, unix.ENOBUFS:
			return ErrWouldBlock
		default:
			return e
		}
	}
}

func (s *epollSocket) LocalAddr() netip.AddrPort { return s.local }

// Close closes the socket, which takes it out of the epoll set.
func (s *epollSocket) Close() error {
	if s.closed {
		return ErrClosed
	}
	s.closed = true
	delete(s.poller.sockets, s)
	return unix.Close(s.fd)
}

// setName writes a into the socket address; EAFNOSUPPORT when it is not of the
// socket's family.
func (s *epollSocket) setName(a netip.AddrPort) error {
	if a.Addr().Is6() != s.local.Addr().Is6() || !a.IsValid() {
		return unix.EAFNOSUPPORT
	}
	if a.Addr().Is6() {
		s.name = unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: a.Addr().As16()}
		if zone := a.Addr().Zone(); zone != "" {
			s.name.Scope_id = scope(zone)
		}
		s.nameLen = unix.SizeofSockaddrInet6
		putPort(&s.name.Port, a.Port())
		return nil
	}
	v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&s.name))
	*v4 = unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: a.Addr().As4()}
	s.nameLen = unix.SizeofSockaddrInet4
	putPort(&v4.Port, a.Port())
	return nil
}

// getName reads the socket address that the kernel wrote. A link-local IPv6
// address has its interface's number as zone.
func (s *epollSocket) getName() netip.AddrPort {
	if s.name.Family == unix.AF_INET {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&s.name))
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), getPort(&v4.Port))
	}
	a := netip.AddrFrom16(s.name.Addr)
	if s.name.Scope_id != 0 {
		a = a.WithZone(strconv.FormatUint(uint64(s.name.Scope_id), 10))
	}
	return netip.AddrPortFrom(a, getPort(&s.name.Port))
}

// scope is the interface number of a zone, which is that number or a name; 0
// when there is no such interface.
func scope(zone string) uint32 {
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n)
	}
	if i, err := net.InterfaceByName(zone); err == nil {
		return uint32(i.Index)
	}
	return 0
}

// Ports lie in network byte order in a field that Go calls a uint16.
func putPort(field *uint16, port uint16) {
	binary.BigEndian.PutUint16((*[2]byte)(unsafe.Pointer(field))[:], port)
}

func getPort(field *uint16) uint16 {
	return binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(field))[:])
}
