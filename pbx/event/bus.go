package event

import "sync"

// Bus hands events to hooks and subscriptions. It is a monitor; its zero value
// is ready for use.
type Bus struct {
	mu    sync.RWMutex
	hooks []func(Event)
	subs  map[*Subscription]struct{}
}

// Subscription is a bounded queue of events for one reader.
type Subscription struct {
	// C yields the events; it is closed when the reader lagged or closed it.
	C <-chan Event

	bus    *Bus
	c      chan Event
	lagged bool
}

// Hook has fn called, inline and in the order of publication of each
// publisher, for every event. fn must be short and must not publish.
func (b *Bus) Hook(fn func(Event)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hooks = append(b.hooks, fn)
}

// Subscribe opens a queue of size events. A reader that lets it fill is cut
// off: C is closed and Lagged says so.
func (b *Bus) Subscribe(size int) *Subscription {
	c := make(chan Event, size)
	s := &Subscription{C: c, bus: b, c: c}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs == nil {
		b.subs = make(map[*Subscription]struct{})
	}
	b.subs[s] = struct{}{}
	return s
}

// Close ends the subscription; closing twice is allowed.
func (s *Subscription) Close() { s.bus.drop(s, false) }

// Lagged says whether the subscription was cut off because its reader was too slow.
func (s *Subscription) Lagged() bool {
	s.bus.mu.RLock()
	defer s.bus.mu.RUnlock()
	return s.lagged
}

func (b *Bus) drop(s *Subscription, lagged bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.subs[s]; ok {
		delete(b.subs, s)
		s.lagged = lagged
		close(s.c)
	}
}

// Publish hands ev to every hook and queue. It never waits for a reader.
func (b *Bus) Publish(ev Event) {
	b.mu.RLock()
	var slow []*Subscription
	for _, fn := range b.hooks {
		fn(ev)
	}
	for s := range b.subs {
		select {
		case s.c <- ev:
		default:
			slow = append(slow, s)
		}
	}
	b.mu.RUnlock()
	for _, s := range slow {
		b.drop(s, true)
	}
}
