package transport

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"
)

// conn is one stream connection: a reader and a writer in the layer's group,
// and a bounded queue between them and everybody else. It is safe for
// concurrent use.
type conn struct {
	layer *Layer
	flow  Flow
	queue chan []byte
	done  chan struct{}

	mu     sync.Mutex
	nc     net.Conn // nil while it is being dialled
	closed bool
}

// accepted registers a connection that came in and starts it.
func (l *Layer) accepted(ln *listener, nc net.Conn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, err := l.register(ln.addr, addrPort(nc.RemoteAddr()))
	if err != nil {
		return err
	}
	c.nc = nc
	l.start(func(context.Context) { c.read(true) })
	l.start(func(context.Context) { c.write() })
	return nil
}

// connFor is the open connection of f, or else a new one to its peer.
func (l *Layer) connFor(f Flow) (*conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.conns[f.Conn]; c != nil {
		return c, nil
	}
	if c := l.byRemote[f.Remote]; c != nil {
		return c, nil
	}
	c, err := l.register(f.Local, f.Remote)
	if err != nil {
		return nil, err
	}
	l.start(c.dial)
	return c, nil
}

// register enters a new connection into the tables. The caller holds mu.
func (l *Layer) register(local, remote netip.AddrPort) (*conn, error) {
	src := remote.Addr()
	exempt := l.limits.Exempt != nil && l.limits.Exempt(src)
	switch {
	case l.closed:
		return nil, ErrClosed
	case len(l.conns) >= l.limits.Conns, !exempt && l.sources[src] >= l.limits.PerSource:
		return nil, ErrTooMany
	}
	l.lastConn++
	c := &conn{
		layer: l,
		flow:  Flow{Proto: TCP, Local: local, Remote: remote, Conn: l.lastConn},
		queue: make(chan []byte, l.limits.Queue),
		done:  make(chan struct{}),
	}
	l.conns[c.flow.Conn] = c
	l.byRemote[remote] = c
	l.sources[src]++
	return c, nil
}

func (l *Layer) unregister(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c.flow.Conn)
	if l.byRemote[c.flow.Remote] == c {
		delete(l.byRemote, c.flow.Remote)
	}
	src := c.flow.Remote.Addr()
	if l.sources[src]--; l.sources[src] <= 0 {
		delete(l.sources, src)
	}
}

// dial connects and then serves the connection as if it had been accepted.
func (c *conn) dial(ctx context.Context) {
	l := c.layer
	ctx, cancel := context.WithTimeout(ctx, l.limits.DialTime)
	defer cancel()
	local := c.flow.Local.Addr()
	if local.IsUnspecified() {
		local = netip.Addr{}
	}
	nc, err := l.cfg.Net.Dial(ctx, local, c.flow.Remote)
	if err != nil {
		l.cfg.Log.Info("sip tcp connect", "remote", c.flow.Remote, "err", err)
		c.close()
		return
	}
	c.mu.Lock()
	if c.closed {
		_ = nc.Close()
	}
	c.nc = nc
	c.mu.Unlock()
	l.mu.Lock()
	started := l.start(func(context.Context) { c.write() })
	l.mu.Unlock()
	if !started {
		c.close()
		return
	}
	c.read(false)
}

// enqueue never waits.
func (c *conn) enqueue(msg []byte) error {
	select {
	case <-c.done:
		return ErrClosed
	default:
	}
	select {
	case c.queue <- append([]byte(nil), msg...):
		return nil
	default:
		return ErrQueueFull
	}
}

func (c *conn) write() {
	for {
		select {
		case <-c.done:
			return
		case msg := <-c.queue:
			_ = c.nc.SetWriteDeadline(c.layer.cfg.Now().Add(c.layer.limits.WriteTime))
			if _, err := c.nc.Write(msg); err != nil {
				c.close()
				return
			}
		}
	}
}

// read serves the connection until it ends. A fresh one, which a peer opened,
// must deliver its first message within the message time.
func (c *conn) read(fresh bool) {
	defer c.close()
	l := c.layer
	f := framer{head: l.limits.Head, body: l.limits.Body}
	buf := make([]byte, 4<<10)
	begun := l.cfg.Now() // when the message under way began
	inside := fresh
	for {
		deadline := l.cfg.Now().Add(l.limits.IdleTime)
		if inside {
			deadline = begun.Add(l.limits.MessageTime)
		}
		_ = c.nc.SetReadDeadline(deadline)
		n, err := c.nc.Read(buf)
		if n == 0 && err == nil {
			return
		}
		f.write(buf[:n])
		whole, ok := c.frames(&f)
		if err != nil || !ok {
			return
		}
		fresh = fresh && !whole
		was := inside
		if inside = f.partial() || fresh; inside && (whole || !was) {
			begun = l.cfg.Now()
		}
	}
}

// frames delivers what f holds. Whole says that a message ended, ok that the
// stream can go on.
func (c *conn) frames(f *framer) (whole, ok bool) {
	for {
		switch kind, msg := f.next(); kind {
		case frameNone:
			return whole, true
		case framePing:
			if c.enqueue([]byte("\r\n")) != nil {
				return whole, false
			}
		case frameMessage:
			whole = true
			c.layer.deliver(c.flow, msg)
		case frameBroken:
			c.layer.deliver(c.flow, msg)
			c.linger()
			return whole, false
		}
	}
}

// linger leaves the writer time for the answer to a broken message.
func (c *conn) linger() {
	t := time.NewTimer(c.layer.limits.LingerTime)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.done:
	}
}

func (c *conn) close() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.closed = true
	nc := c.nc
	c.mu.Unlock()
	close(c.done)
	if nc != nil {
		_ = nc.Close()
	}
	c.layer.unregister(c)
}
