package transport

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// LimiterConfig gives the numbers of a Limiter. A zero field takes the value
// that its comment gives.
type LimiterConfig struct {
	Rate    float64 // tokens a second for one source: 10
	Burst   float64 // most tokens of one source: 30
	Global  float64 // tokens a second, and most tokens, for all sources: 2000
	Sources int     // sources remembered, the longest unused is forgotten: 65,536
}

// Limiter is a token bucket per source, an IPv4 address or an IPv6 /64, for
// requests that nobody has vouched for. Allow looks, Charge pays for a request
// that turned out to be unauthenticated, Success forgives. It is a monitor.
type Limiter struct {
	cfg LimiterConfig

	mu      sync.Mutex
	global  bucket
	sources map[netip.Prefix]*list.Element // of *sourceBucket
	recent  *list.List                     // front is the last used
}

type bucket struct {
	tokens float64
	at     time.Time
}

type sourceBucket struct {
	src netip.Prefix
	bucket
}

// NewLimiter makes a limiter that has seen nobody.
func NewLimiter(cfg LimiterConfig) *Limiter {
	if cfg.Rate == 0 {
		cfg.Rate = 10
	}
	if cfg.Burst == 0 {
		cfg.Burst = 30
	}
	if cfg.Global == 0 {
		cfg.Global = 2000
	}
	if cfg.Sources == 0 {
		cfg.Sources = 1 << 16
	}
	return &Limiter{
		cfg:     cfg,
		global:  bucket{tokens: cfg.Global},
		sources: make(map[netip.Prefix]*list.Element),
		recent:  list.New(),
	}
}

// Allow says whether a request of src may be looked at. It takes nothing and
// remembers nobody.
func (l *Limiter) Allow(src netip.Addr, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.sources[network(src)]; e != nil {
		b := e.Value.(*sourceBucket)
		b.fill(now, l.cfg.Rate, l.cfg.Burst)
		return b.tokens >= 1
	}
	l.global.fill(now, l.cfg.Global, l.cfg.Global)
	return l.global.tokens >= 1
}

// Charge takes a token of src, and one of all.
func (l *Limiter) Charge(src netip.Addr, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.global.fill(now, l.cfg.Global, l.cfg.Global)
	l.global.tokens = max(0, l.global.tokens-1)
	key := network(src)
	e := l.sources[key]
	if e == nil {
		if l.recent.Len() >= l.cfg.Sources {
			last := l.recent.Back()
			delete(l.sources, l.recent.Remove(last).(*sourceBucket).src)
		}
		e = l.recent.PushFront(&sourceBucket{key, bucket{l.cfg.Burst, now}})
		l.sources[key] = e
	}
	l.recent.MoveToFront(e)
	b := e.Value.(*sourceBucket)
	b.fill(now, l.cfg.Rate, l.cfg.Burst)
	b.tokens = max(0, b.tokens-1)
}

// Success forgets what src owes: it has shown a valid password.
func (l *Limiter) Success(src netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.sources[network(src)]; e != nil {
		delete(l.sources, l.recent.Remove(e).(*sourceBucket).src)
	}
}

func (b *bucket) fill(now time.Time, rate, most float64) {
	if d := now.Sub(b.at); d > 0 && !b.at.IsZero() {
		b.tokens = min(most, b.tokens+d.Seconds()*rate)
	}
	b.at = now
}

// network is what counts as one source.
func network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}
