package engine

import (
	"errors"
	"sync"
	"time"
)

// ErrNoPorts is returned by Open when every port pair is in use or in quarantine.
var ErrNoPorts = errors.New("engine: no free RTP port pair")

// Range is a range of UDP ports, both ends included; 0-0 lets the system choose.
type Range struct{ Low, High uint16 }

// pair is a port pair that is not in use.
type pair struct {
	port uint16 // even; RTCP is on the next
	from time.Time
}

// pool hands out port pairs, the longest unused first, and keeps a returned
// one back for the quarantine, so that late packets of one call never reach
// the next. Monitor.
type pool struct {
	quarantine time.Duration

	mu   sync.Mutex
	free []pair
}

func newPool(r Range, quarantine time.Duration) *pool {
	p := &pool{quarantine: quarantine}
	for port := (int(r.Low) + 1) &^ 1; port > 0 && port+1 <= int(r.High); port += 2 {
		p.free = append(p.free, pair{port: uint16(port)})
	}
	return p
}

func (p *pool) take(now time.Time) (uint16, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) == 0 || now.Before(p.free[0].from) {
		return 0, ErrNoPorts
	}
	port := p.free[0].port
	p.free = append(p.free[:0], p.free[1:]...)
	return port, nil
}

func (p *pool) put(port uint16, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, pair{port, now.Add(p.quarantine)})
}

func (p *pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.free)
}
