package netio

import (
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	// listenBacklog is how many streams wait for Accept.
	listenBacklog = 4096
	// streamWindow is how many bytes are under way or unread in one
	// direction before Write waits.
	streamWindow = 256 << 10
)

// listener is a virtual TCP listener. Guarded by the network's mutex.
type listener struct {
	host    *host
	local   netip.AddrPort
	backlog []*stream
	cond    *sync.Cond
	closed  bool
}

func newListener(h *host, local netip.AddrPort) *listener {
	return &listener{host: h, local: local, cond: sync.NewCond(&h.net.mu)}
}

func (l *listener) bound() netip.AddrPort { return l.local }
func (l *listener) Addr() net.Addr        { return net.TCPAddrFromAddrPort(l.local) }

func (l *listener) Accept() (net.Conn, error) {
	l.host.net.mu.Lock()
	defer l.host.net.mu.Unlock()
	for !l.closed && len(l.backlog) == 0 {
		l.cond.Wait()
	}
	if l.closed {
		return nil, ErrClosed
	}
	s := l.backlog[0]
	l.backlog = slices.Delete(l.backlog, 0, 1)
	return s, nil
}

// Close resets the streams that nobody accepted.
func (l *listener) Close() error {
	l.host.net.mu.Lock()
	defer l.host.net.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	l.closed = true
	for _, s := range l.backlog {
		s.unread = append(s.unread, 0) // closing with unread bytes is a reset
		s.close()
	}
	l.backlog = nil
	port := l.local.Port()
	l.host.tcp[port] = slices.DeleteFunc(l.host.tcp[port], func(o *listener) bool { return o == l })
	l.cond.Broadcast()
	return nil
}

// stream is one end of a virtual TCP connection. Guarded by the network's mutex.
type stream struct {
	net           *Virtual
	local, remote netip.AddrPort
	delay         time.Duration // to the peer
	peer          *stream
	cond          *sync.Cond
	unread        []byte
	inFlight      int   // bytes sent that have not reached the peer
	end           error // what Read returns once unread is empty
	closed        bool
	readBy        deadline
	writeBy       deadline
}

// deadline wakes the waiters of a stream when its time has come.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

func newStream(v *Virtual, local, remote netip.AddrPort, delay time.Duration) *stream {
	return &stream{net: v, local: local, remote: remote, delay: delay, cond: sync.NewCond(&v.mu)}
}

func (s *stream) Read(b []byte) (int, error) {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	for {
		switch {
		case s.closed:
			return 0, ErrClosed
		case s.readBy.passed():
			return 0, os.ErrDeadlineExceeded
		case len(s.unread) > 0 || len(b) == 0:
			n := copy(b, s.unread)
			s.unread = slices.Delete(s.unread, 0, n)
			s.peer.cond.Broadcast() // the window opens
			return n, nil
		case s.end != nil:
			return 0, s.end
		}
		s.cond.Wait()
	}
}

func (s *stream) Write(b []byte) (written int, err error) {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	for {
		switch {
		case s.closed:
			return written, ErrClosed
		case s.writeBy.passed():
			return written, os.ErrDeadlineExceeded
		case s.end == syscall.ECONNRESET:
			return written, syscall.EPIPE
		case written == len(b):
			return written, nil
		}
		room := streamWindow - s.inFlight - len(s.peer.unread)
		if room <= 0 {
			s.cond.Wait()
			continue
		}
		part := slices.Clone(b[written:min(len(b), written+room)])
		written += len(part)
		s.inFlight += len(part)
		s.net.after(s.delay, delivery{run: func() { s.peer.gets(part) }})
	}
}

// gets takes bytes that arrive. An end that is closed answers with a reset.
func (s *stream) gets(part []byte) {
	s.peer.inFlight -= len(part)
	if s.closed {
		s.net.after(s.delay, delivery{run: func() { s.peer.ends(syscall.ECONNRESET) }})
		return
	}
	s.unread = append(s.unread, part...)
	s.cond.Broadcast()
}

func (s *stream) ends(why error) {
	if s.end == nil || why != io.EOF {
		s.end = why
	}
	s.cond.Broadcast()
}

// Close ends both directions. Bytes that were not read make it a reset, as in
// the kernel (RFC 2525 §2.17).
func (s *stream) Close() error {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	return s.close()
}

func (s *stream) close() error {
	if s.closed {
		return ErrClosed
	}
	s.closed = true
	s.readBy.stop()
	s.writeBy.stop()
	why := io.EOF
	if len(s.unread) > 0 {
		why = syscall.ECONNRESET
	}
	s.net.after(s.delay, delivery{run: func() { s.peer.ends(why) }})
	s.cond.Broadcast()
	return nil
}

func (s *stream) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(s.local) }
func (s *stream) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(s.remote) }

func (s *stream) SetDeadline(t time.Time) error { return s.setDeadlines(t, &s.readBy, &s.writeBy) }

func (s *stream) SetReadDeadline(t time.Time) error { return s.setDeadlines(t, &s.readBy) }

func (s *stream) SetWriteDeadline(t time.Time) error { return s.setDeadlines(t, &s.writeBy) }

func (s *stream) setDeadlines(t time.Time, which ...*deadline) error {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	for _, d := range which {
		d.stop()
		d.at, d.timer = t, nil
		if !t.IsZero() {
			d.timer = time.AfterFunc(time.Until(t), func() {
				s.net.mu.Lock()
				defer s.net.mu.Unlock()
				s.cond.Broadcast()
			})
		}
	}
	s.cond.Broadcast()
	return nil
}
