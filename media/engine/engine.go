package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/timbre-pbx/timbre/media/netio"
)

// ErrShards is returned by Join for ports of different shards; Open the
// second port Near the first.
var ErrShards = errors.New("engine: ports are on different shards")

// Config says how an engine is made.
type Config struct {
	Net        netio.Network
	Ports      Range // RTP on the even ports, RTCP on the next
	Shards     int   // 0 means GOMAXPROCS
	Log        *slog.Logger
	Now        func() time.Time // nil means time.Now
	Quarantine time.Duration    // of a closed port pair; 0 means 2 s
}

// Engine is the set of shards and the port pool. Immutable but for the pool;
// every method may be called from any goroutine.
type Engine struct {
	shards []*shard
	next   atomic.Uint32
}

// PortConfig says how a port is opened.
type PortConfig struct {
	Bind      netip.Addr
	Near      *Port                                  // share the shard of this port; may be nil
	OnDigit   func(digit byte, length time.Duration) // a DTMF digit has ended
	OnTimeout func()                                 // nothing came for Timeout
	Timeout   time.Duration                          // 0 means never
}

// New makes an engine; Run starts it.
func New(cfg Config) (*Engine, error) {
	if cfg.Shards == 0 {
		cfg.Shards = runtime.GOMAXPROCS(0)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Quarantine == 0 {
		cfg.Quarantine = 2 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{}
	cname := fmt.Appendf(nil, "%016x", rand.Uint64())
	ports := newPool(cfg.Ports, cfg.Quarantine)
	for range cfg.Shards {
		poller, err := cfg.Net.NewPoller()
		if err != nil {
			for _, s := range e.shards {
				err = errors.Join(err, s.poller.Close())
			}
			return nil, fmt.Errorf("engine: %w", err)
		}
		e.shards = append(e.shards, &shard{poller: poller, pool: ports, ephemeral: cfg.Ports == Range{}, now: cfg.Now, log: cfg.Log, cname: cname})
	}
	return e, nil
}

// Run carries media until ctx is done, then closes every port. It is called once.
func (e *Engine) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	stop := context.AfterFunc(ctx, func() {
		for _, s := range e.shards {
			s.poller.Wake()
		}
	})
	defer stop()
	for _, s := range e.shards {
		g.Go(func() error { return s.run(ctx) })
	}
	return g.Wait()
}

// Open binds a port pair. It waits for the shard, so Run must be under way.
func (e *Engine) Open(cfg PortConfig) (*Port, error) {
	s := e.shards[int(e.next.Add(1))%len(e.shards)]
	if cfg.Near != nil {
		s = cfg.Near.shard
	}
	type result struct {
		port *Port
		err  error
	}
	reply := make(chan result, 1)
	err := s.post(func(s *shard) {
		p, err := s.open(cfg)
		reply <- result{p, err}
	}, false)
	if err != nil {
		return nil, err
	}
	r := <-reply
	return r.port, r.err
}

// Join sends what each of two ports receives to the other, in place of whom
// they were joined to.
func (e *Engine) Join(a, b *Port) error {
	if a.shard != b.shard {
		return ErrShards
	}
	return a.shard.post(func(*shard) {
		a.slot.part()
		b.slot.part()
		if !a.slot.closed && !b.slot.closed {
			a.slot.peer, b.slot.peer = b.slot, a.slot
		}
	}, true)
}

// Part undoes Join; ports joined to others by now stay so.
func (e *Engine) Part(a, b *Port) error {
	return a.shard.post(func(*shard) {
		if a.slot.peer == b.slot {
			a.slot.part()
		}
	}, true)
}
