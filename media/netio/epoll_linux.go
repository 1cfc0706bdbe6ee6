package netio

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// What an epoll event is about: EpollEvent.Pad holds the kind, Fd the token.
const (
	watchSocket int32 = iota
	watchWake
	watchTimer
)

// eventsPerWait is how many events one Wait takes from the kernel at most.
const eventsPerWait = 256

// epoll is the Poller of real sockets: an epoll set, an eventfd for Wake and a
// timerfd, because epoll's own timeout counts whole milliseconds. Owned by one
// shard's goroutine; only Wake, guarded by mu, is for others.
type epoll struct {
	fd      int
	timer   int
	armed   time.Time // what the timer is set to; zero when off
	sockets map[*epollSocket]struct{}
	events  [eventsPerWait]unix.EpollEvent
	drain   [8]byte

	mu     sync.Mutex // guards wake and closed, against a Wake during Close
	wake   int
	closed bool
}

func newEpoll() (*epoll, error) {
	p := &epoll{fd: -1, timer: -1, wake: -1, sockets: map[*epollSocket]struct{}{}}
	if err := p.open(); err != nil {
		p.closeFDs()
		return nil, fmt.Errorf("netio: poller: %w", err)
	}
	return p, nil
}

func (p *epoll) open() (err error) {
	if p.fd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	if p.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return err
	}
	if p.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		return err
	}
	if err = p.watch(p.wake, watchWake, 0); err != nil {
		return err
	}
	return p.watch(p.timer, watchTimer, 0)
}

func (p *epoll) watch(fd int, kind int32, token uint32) error {
	ev := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(token), Pad: kind}
	return unix.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, fd, &ev)
}

// Open binds a UDP socket and puts it into the epoll set.
func (p *epoll) Open(local netip.AddrPort, token uint32) (Socket, error) {
	if p.closed {
		return nil, ErrClosed
	}
	s, err := openSocket(unmap(local))
	if err != nil {
		return nil, err
	}
	if err := p.watch(s.fd, watchSocket, token); err != nil {
		unix.Close(s.fd)
		return nil, fmt.Errorf("netio: watch %v: %w", s.local, err)
	}
	s.poller = p
	p.sockets[s] = struct{}{}
	return s, nil
}

// Wait sleeps in epoll_wait. The timer is set anew only when until differs
// from the time before, so a relay that wakes for packets between two ticks
// pays one system call.
func (p *epoll) Wait(ready []uint32, until time.Time) (int, error) {
	if p.closed {
		return 0, ErrClosed
	}
	timeout, err := p.arm(until)
	if err != nil {
		return 0, err
	}
	// Room for the wake-up and the timer beside the sockets, never more
	// sockets than ready holds.
	events := p.events[:min(len(ready)+2, len(p.events))]
	for {
		got, err := unix.EpollWait(p.fd, events, timeout)
		if err == unix.EINTR { // Go preempts threads by signal
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("netio: epoll_wait: %w", err)
		}
		if n, done := p.sort(events[:got], ready); done || timeout == 0 || len(ready) == 0 {
			return n, nil
		}
	}
}

// arm sets the timer to until and returns epoll_wait's timeout: 0 when until
// has passed, else -1.
func (p *epoll) arm(until time.Time) (timeout int, err error) {
	var left time.Duration
	if !until.IsZero() {
		if left = time.Until(until); left <= 0 {
			return 0, nil
		}
	}
	if until.Equal(p.armed) {
		return -1, nil
	}
	// Setting the timer also takes back an expiry that nobody read.
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(left))}
	if err := unix.TimerfdSettime(p.timer, 0, &spec, nil); err != nil {
		return 0, fmt.Errorf("netio: timerfd_settime: %w", err)
	}
	p.armed = until
	return -1, nil
}

// sort copies the tokens of sockets to ready; done when Wait has a reason to return.
func (p *epoll) sort(events []unix.EpollEvent, ready []uint32) (n int, done bool) {
	for i := range events {
		switch events[i].Pad {
		case watchSocket:
			if n < len(ready) {
				ready[n] = uint32(events[i].Fd)
				n++
			}
			done = true
		case watchWake:
			_, _ = unix.Read(p.wake, p.drain[:]) // resets the counter; it cannot block
			done = true
		case watchTimer:
			done = true
		}
	}
	return n, done
}

// Wake adds one to the eventfd.
func (p *epoll) Wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		one := [8]byte{0: 1, 7: 1} // not zero in either byte order
		_, _ = unix.Write(p.wake, one[:])
	}
}

// Close closes every socket still open, then the set itself.
func (p *epoll) Close() error {
	if p.closed {
		return ErrClosed
	}
	for s := range p.sockets {
		s.Close()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.closeFDs()
	return nil
}

func (p *epoll) closeFDs() {
	for _, fd := range []int{p.fd, p.timer, p.wake} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}
