package registrar

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/event"
)

// Store keeps the last snapshot of all bindings.
type Store interface {
	Save([]Binding) error
	Load() ([]Binding, error)
}

// Publisher is told what changed; *event.Bus is one.
type Publisher interface{ Publish(event.Event) }

// Config is what a Registrar needs. A nil Store keeps nothing.
type Config struct {
	Store   Store
	Publish Publisher
	Log     *slog.Logger
	Now     func() time.Time
}

// A snapshot follows the first change after this time, so that many phones
// registering at once cost one write; after an error it is tried again.
const (
	saveDelay = 500 * time.Millisecond
	saveRetry = 5 * time.Second
)

// Registrar holds the bindings. It is a monitor: any goroutine may use it.
// Events are published in the order of the changes; a hook may look bindings up
// but not change them.
type Registrar struct {
	cfg  Config
	wake chan struct{}

	order sync.Mutex // held over a change and its events; taken before mu

	mu       sync.Mutex
	bindings map[string]map[string]Binding // by AOR, then by contact key
	saveAt   time.Time                     // zero when the snapshot is current
}

// New makes a registrar without bindings.
func New(cfg Config) *Registrar {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Registrar{cfg: cfg, wake: make(chan struct{}, 1), bindings: make(map[string]map[string]Binding)}
}

// Load takes the bindings of the last snapshot, before Run. Refreshes are not
// in it, so each binding lives for as long again as it was last granted.
func (r *Registrar) Load(now time.Time) error {
	if r.cfg.Store == nil {
		return nil
	}
	saved, err := r.cfg.Store.Load()
	if err != nil {
		return err
	}
	r.mu.Lock()
	var events []event.Event
	for _, b := range saved {
		var u sip.Uri
		if sip.ParseUri(b.URI, &u) != nil || b.Granted <= 0 {
			continue
		}
		b.Until = now.Add(b.Granted)
		if r.bindings[b.AOR] == nil {
			r.bindings[b.AOR] = make(map[string]Binding)
		}
		r.bindings[b.AOR][key(u)] = b
		events = append(events, event.Contact{AOR: b.AOR, URI: b.Target, Until: b.Until})
	}
	r.mu.Unlock()
	r.publish(events)
	return nil
}

// Lookup is the contacts of aor, best q first and among equals the newest.
func (r *Registrar) Lookup(aor string, now time.Time) []Binding {
	r.mu.Lock()
	defer r.mu.Unlock()
	return list(r.alive(aor, now))
}

// All is every binding, by AOR.
func (r *Registrar) All(now time.Time) []Binding {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all(now)
}

func (r *Registrar) all(now time.Time) []Binding {
	var out []Binding
	for aor := range r.bindings {
		out = append(out, list(r.alive(aor, now))...)
	}
	slices.SortStableFunc(out, func(a, b Binding) int { return cmp.Compare(a.AOR, b.AOR) })
	return out
}

// Next is when Expire has something to do; zero when nothing is bound.
func (r *Registrar) Next() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	var next time.Time
	for _, m := range r.bindings {
		for _, b := range m {
			if next.IsZero() || b.Until.Before(next) {
				next = b.Until
			}
		}
	}
	return next
}

// Expire removes the bindings that have ended.
func (r *Registrar) Expire(now time.Time) {
	r.order.Lock()
	defer r.order.Unlock()
	r.mu.Lock()
	var events []event.Event
	for aor, have := range r.bindings {
		next := r.alive(aor, now)
		if len(next) == len(have) {
			continue
		}
		events = append(events, changes(have, next)...)
		r.bindings[aor] = next
		if len(next) == 0 {
			delete(r.bindings, aor)
		}
		r.markDirty()
	}
	r.mu.Unlock()
	r.publish(events)
}

// Run expires bindings and writes snapshots until ctx ends, with a last one then.
func (r *Registrar) Run(ctx context.Context) error {
	for {
		wait := time.Hour
		r.mu.Lock()
		saveAt := r.saveAt
		r.mu.Unlock()
		for _, at := range []time.Time{r.Next(), saveAt} {
			if !at.IsZero() {
				wait = min(wait, max(0, at.Sub(r.cfg.Now())))
			}
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			r.save(r.cfg.Now())
			return nil
		case <-r.wake:
			t.Stop()
			continue
		case <-t.C:
		}
		now := r.cfg.Now()
		r.Expire(now)
		if !saveAt.IsZero() && !now.Before(saveAt) {
			r.save(now)
		}
	}
}

// save writes a snapshot if there is something new.
func (r *Registrar) save(now time.Time) {
	r.mu.Lock()
	dirty := !r.saveAt.IsZero()
	r.saveAt = time.Time{}
	all := r.all(now)
	r.mu.Unlock()
	if !dirty || r.cfg.Store == nil {
		return
	}
	if err := r.cfg.Store.Save(all); err != nil {
		r.cfg.Log.Error("registrations were not saved", "err", err)
		r.mu.Lock()
		if r.saveAt.IsZero() {
			r.saveAt = now.Add(saveRetry)
		}
		r.mu.Unlock()
	}
}

// markDirty plans a snapshot. The caller holds mu.
func (r *Registrar) markDirty() {
	if r.saveAt.IsZero() {
		r.saveAt = r.cfg.Now().Add(saveDelay)
	}
}

func (r *Registrar) wakeUp() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Registrar) publish(events []event.Event) {
	if r.cfg.Publish == nil {
		return
	}
	for _, ev := range events {
		r.cfg.Publish.Publish(ev)
	}
}

// alive is the bindings of aor that have not ended. The caller holds mu and
// does not write to what it gets.
func (r *Registrar) alive(aor string, now time.Time) map[string]Binding {
	out := make(map[string]Binding)
	for k, b := range r.bindings[aor] {
		if b.Until.After(now) {
			out[k] = b
		}
	}
	return out
}

func list(m map[string]Binding) []Binding {
	out := make([]Binding, 0, len(m))
	for _, b := range m {
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b Binding) int {
		return cmp.Or(cmp.Compare(b.Q, a.Q), b.Until.Compare(a.Until), cmp.Compare(a.URI, b.URI))
	})
	return out
}
