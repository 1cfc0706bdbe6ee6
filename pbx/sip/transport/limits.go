package transport

import (
	"net/netip"
	"time"
)

// Limits bounds what peers can make the layer hold. A zero field takes the
// value that its comment gives.
type Limits struct {
	Conns       int           // open stream connections in all: 1024
	PerSource   int           // of those from one address: 20
	Head        int           // bytes of start line and headers on a stream: 16 KiB
	Body        int           // bytes of body on a stream: 64 KiB
	Queue       int           // messages waiting to be written on one connection: 64
	MessageTime time.Duration // from a message's first byte to its last; also for an accepted connection's first message: 10 s
	IdleTime    time.Duration // without a byte between messages: 15 min
	WriteTime   time.Duration // for one write: 10 s
	DialTime    time.Duration // to connect: 10 s
	LingerTime  time.Duration // from a framing error to the close, for the answer: 1 s

	// Exempt says which sources PerSource does not bind; nil exempts none.
	Exempt func(netip.Addr) bool
}

func (l Limits) withDefaults() Limits {
	number := func(n *int, d int) {
		if *n == 0 {
			*n = d
		}
	}
	duration := func(n *time.Duration, d time.Duration) {
		if *n == 0 {
			*n = d
		}
	}
	number(&l.Conns, 1024)
	number(&l.PerSource, 20)
	number(&l.Head, 16<<10)
	number(&l.Body, 64<<10)
	number(&l.Queue, 64)
	duration(&l.MessageTime, 10*time.Second)
	duration(&l.IdleTime, 15*time.Minute)
	duration(&l.WriteTime, 10*time.Second)
	duration(&l.DialTime, 10*time.Second)
	duration(&l.LingerTime, time.Second)
	return l
}
