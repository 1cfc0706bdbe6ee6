package netio

import (
	"net/netip"
	"slices"
	"time"
)

// virtualPoller is the twin of epoll on a Virtual network. Guarded by the
// network's mutex; signal wakes the one goroutine in Wait.
type virtualPoller struct {
	host    *host
	sockets []*virtualSocket
	next    int // where the search for readable sockets starts
	signal  chan struct{}
	woken   bool
	closed  bool
}

func newVirtualPoller(h *host) *virtualPoller {
	return &virtualPoller{host: h, signal: make(chan struct{}, 1)}
}

func (p *virtualPoller) Open(local netip.AddrPort, token uint32) (Socket, error) {
	p.host.net.mu.Lock()
	defer p.host.net.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	d, err := p.host.bindUDP(unmap(local))
	if err != nil {
		return nil, err
	}
	d.watch, d.token = p, token
	s := &virtualSocket{d}
	p.sockets = append(p.sockets, s)
	return s, nil
}

// Wait blocks on a channel and a timer, which lets a bubble's clock advance.
func (p *virtualPoller) Wait(ready []uint32, until time.Time) (int, error) {
	var expired <-chan time.Time
	for {
		n, done, err := p.poll(ready)
		if done || err != nil {
			return n, err
		}
		if !until.IsZero() && expired == nil {
			left := time.Until(until)
			if left <= 0 {
				return 0, nil
			}
			t := time.NewTimer(left)
			defer t.Stop()
			expired = t.C
		}
		select {
		case <-p.signal:
		case <-expired:
			n, _, err := p.poll(ready)
			return n, err
		}
	}
}

// poll collects readable sockets, from where the last search ended so that all
// get their turn when ready is short.
func (p *virtualPoller) poll(ready []uint32) (n int, done bool, err error) {
	p.host.net.mu.Lock()
	defer p.host.net.mu.Unlock()
	if p.closed {
		return 0, true, ErrClosed
	}
	done, p.woken = p.woken, false
	start := p.next
	for i := range p.sockets {
		at := (start + i) % len(p.sockets)
		if !p.sockets[at].waiting() {
			continue
		}
		done = true
		if n == len(ready) {
			break
		}
		ready[n] = p.sockets[at].token
		p.next = at + 1
		n++
	}
	return n, done, nil
}

func (p *virtualPoller) poke() {
	select {
	case p.signal <- struct{}{}:
	default:
	}
}

func (p *virtualPoller) Wake() {
	p.host.net.mu.Lock()
	defer p.host.net.mu.Unlock()
	p.woken = true
	p.poke()
}

func (p *virtualPoller) Close() error {
	p.host.net.mu.Lock()
	defer p.host.net.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	for _, s := range p.sockets {
		_ = s.datagrams.close()
	}
	p.closed, p.sockets = true, nil
	p.poke()
	return nil
}

// virtualSocket gives a virtual UDP socket the calls of a Socket.
type virtualSocket struct{ *datagrams }

func (s *virtualSocket) Recv(buf []byte) (int, netip.AddrPort, error) {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	switch {
	case s.closed:
		return 0, netip.AddrPort{}, ErrClosed
	case !s.waiting():
		return 0, netip.AddrPort{}, ErrWouldBlock
	}
	n, from := s.take(buf)
	return n, from, nil
}

func (s *virtualSocket) Send(b []byte, to netip.AddrPort) error { return s.WriteTo(b, to) }

func (s *virtualSocket) Close() error {
	s.host.net.mu.Lock()
	defer s.host.net.mu.Unlock()
	p := s.watch
	p.sockets = slices.DeleteFunc(p.sockets, func(o *virtualSocket) bool { return o == s })
	return s.datagrams.close()
}
