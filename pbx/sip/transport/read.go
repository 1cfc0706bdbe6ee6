package transport

import (
	"bytes"
	"context"
	"errors"
	"net"
	"time"
)

// backoff waits longer after each failure in a row, up to a second, so that a
// process out of descriptors or a broken socket does not spin.
type backoff time.Duration

func (b *backoff) reset() { *b = 0 }

func (b *backoff) wait(ctx context.Context) {
	*b = min(max(2**b, backoff(5*time.Millisecond)), backoff(time.Second))
	t := time.NewTimer(time.Duration(*b))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// readPackets reads one UDP listener until it closes.
func (l *Layer) readPackets(ctx context.Context, ln *listener) {
	buf := make([]byte, 1<<16)
	var pause backoff
	for ctx.Err() == nil {
		n, from, err := ln.packet.ReadFrom(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			l.cfg.Log.Warn("sip udp read", "local", ln.addr, "err", err)
			pause.wait(ctx)
			continue
		}
		pause.reset()
		if keepAlive(buf[:n]) {
			continue
		}
		from = unmap(from)
		l.deliver(Flow{Proto: UDP, Local: ln.addr, Remote: from}, buf[:n])
	}
}

// keepAlive says whether a datagram is one of the fillers that phones send to
// hold a NAT binding: CRLFs or NULs.
func keepAlive(b []byte) bool { return len(bytes.Trim(b, "\r\n\x00 ")) == 0 }

// deliver hands a copy of data to Receive if the source is admitted.
func (l *Layer) deliver(f Flow, data []byte) {
	now := l.cfg.Now()
	if l.cfg.Admit != nil && !l.cfg.Admit(f.Remote.Addr(), now) {
		return
	}
	l.cfg.Receive(Packet{Data: bytes.Clone(data), Flow: f, At: now})
}

// accept takes the connections of one TCP listener until it closes.
func (l *Layer) accept(ctx context.Context, ln *listener) {
	var pause backoff
	for ctx.Err() == nil {
		nc, err := ln.stream.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			l.cfg.Log.Warn("sip tcp accept", "local", ln.addr, "err", err)
			pause.wait(ctx)
			continue
		}
		pause.reset()
		if err := l.accepted(ln, nc); err != nil {
			_ = nc.Close()
		}
	}
}
