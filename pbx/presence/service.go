package presence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
	"github.com/timbre-pbx/timbre/pbx/store"
)

// ErrReadOnly says that only CustomPresence and Custom may be set.
var ErrReadOnly = errors.New("presence: only CustomPresence: and Custom: may be set")

// Config holds what the service needs.
type Config struct {
	Publish func(event.Event) // called from Run only
	Store   store.Store       // read at Load
	Writer  *store.Writer     // takes every change
	Log     *slog.Logger      // nil: silent
}

// Service holds the states of devices, providers and hints. It is a monitor.
type Service struct {
	cfg  Config
	wake chan struct{}

	mu        sync.Mutex
	providers map[string]provider         // by the name behind "CustomPresence:"
	custom    map[string]call.DeviceState // by the name behind "Custom:"
	devices   map[string]Device
	aors      map[string][]string            // AOR → devices
	contacts  map[string]map[string]struct{} // AOR → URIs
	legs      map[call.ID]leg
	hints     *hintSet
	watches   map[*watch]struct{}

	dirty map[string]struct{} // names to publish
	moved map[hintKey]struct{}
	told  map[string]any // last published, by name; touched by Run alone
}

type watch struct {
	key  hintKey
	fn   func(State)
	last State
}

// New returns a service without devices and hints; Load and Run follow.
func New(cfg Config) *Service {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		cfg: cfg, wake: make(chan struct{}, 1),
		providers: make(map[string]provider), custom: make(map[string]call.DeviceState),
		devices: make(map[string]Device), aors: make(map[string][]string),
		contacts: make(map[string]map[string]struct{}), legs: make(map[call.ID]leg),
		hints: newHintSet(nil), watches: make(map[*watch]struct{}),
		dirty: make(map[string]struct{}), moved: make(map[hintKey]struct{}), told: make(map[string]any),
	}
}

// Load reads what was stored and repairs the presence that channels set and
// could not take back because the box lost power; hasH says whether a context
// has the extension h. Run publishes everything that was loaded.
func (s *Service) Load(hasH func(context string) bool) error {
	stored, err := loadProviders(s.cfg.Store)
	if err != nil {
		return err
	}
	devices, err := loadDevices(s.cfg.Store)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, p := range stored {
		if len(p.marks) > 0 {
			was := p.value
			p = p.recovered(hasH)
			s.cfg.Log.Info("a call ended with the power; its presence is settled",
				"provider", customPresence+":"+name, "was", was.State.String(), "now", p.value.State.String())
			if err := s.save(name, p); err != nil {
				return err
			}
		}
		s.providers[name] = p
		s.touch(customPresence + ":" + name)
	}
	for name, d := range devices {
		s.custom[name] = d
		s.touch(custom + ":" + name)
	}
	return nil
}

// save queues p for the disk; s.mu is held, which keeps the order.
func (s *Service) save(name string, p provider) error {
	ops, err := p.ops(name)
	if err != nil {
		return err
	}
	return s.cfg.Writer.Write(ops...)
}

// touch notes that name may have changed; s.mu is held.
func (s *Service) touch(name string) {
	s.dirty[name] = struct{}{}
	for _, k := range s.hints.users[name] {
		s.moved[k] = struct{}{}
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Set sets a CustomPresence provider. by is the channel whose dialplan does
// it, empty for the command line, pages and phones.
func (s *Service) Set(name string, v call.Presence, by call.ID) error {
	short, ok := strings.CutPrefix(name, customPresence+":")
	if !ok || short == "" {
		return fmt.Errorf("%w: %q", ErrReadOnly, name)
	}
	if v.State == call.PresenceInvalid {
		return fmt.Errorf("presence state of %q: invalid cannot be set", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, ok := s.providers[short]
	if !ok {
		old.value.State = call.PresenceNotSet
	}
	return s.change(short, old.set(v, by, s.legs[by].context))
}

func (s *Service) change(short string, p provider) error {
	if err := s.save(short, p); err != nil {
		return err
	}
	s.providers[short] = p
	s.touch(customPresence + ":" + short)
	return nil
}

// Get returns a provider's presence, or with several joined by & the highest;
// one that nobody set is not_set, a foreign one invalid.
func (s *Service) Get(names string) call.Presence {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []call.Presence
	for n := range strings.SplitSeq(names, "&") {
		all = append(all, s.presence(n))
	}
	return Combine(all...)
}

func (s *Service) presence(name string) call.Presence {
	short, ok := strings.CutPrefix(name, customPresence+":")
	if !ok {
		return call.Presence{}
	}
	if p, ok := s.providers[short]; ok {
		return p.value
	}
	return call.Presence{State: call.PresenceNotSet}
}

// List returns every provider that was ever set, by full name.
func (s *Service) List() map[string]call.Presence {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]call.Presence, len(s.providers))
	for n, p := range s.providers {
		out[customPresence+":"+n] = p.value
	}
	return out
}

// SetDevice sets a Custom device.
func (s *Service) SetDevice(name string, v call.DeviceState) error {
	short, ok := strings.CutPrefix(name, custom+":")
	if !ok {
		return fmt.Errorf("%w: %q", ErrReadOnly, name)
	}
	key, err := store.AstKey(customDevstate, short)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.cfg.Writer.Write(store.Put(store.AstDBBucket, key, []byte(v.String()))); err != nil {
		return err
	}
	s.custom[short] = v
	s.touch(name)
	return nil
}

// Device returns what a device does.
func (s *Service) Device(name string) call.DeviceState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.device(name)
}

func (s *Service) device(name string) call.DeviceState {
	if short, ok := strings.CutPrefix(name, custom+":"); ok {
		return s.custom[short]
	}
	d, known := s.devices[name]
	reachable := d.Static || slices.ContainsFunc(d.AORs, func(a string) bool { return len(s.contacts[a]) > 0 })
	var legs []call.DeviceState
	for _, l := range s.legs {
		if l.device == name {
			legs = append(legs, l.shown())
		}
	}
	return deviceState(d, known, reachable, legs)
}

// Configure replaces devices and hints by those of a configuration.
func (s *Service) Configure(devices []Device, hints []Hint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.devices
	s.devices, s.aors = make(map[string]Device, len(devices)), make(map[string][]string)
	s.hints = newHintSet(hints)
	for _, d := range devices {
		s.devices[d.Name] = d
		for _, a := range d.AORs {
			s.aors[a] = append(s.aors[a], d.Name)
		}
	}
	for _, m := range []map[string]Device{old, s.devices} {
		for name := range maps.Keys(m) {
			s.touch(name)
		}
	}
	for w := range s.watches {
		s.moved[w.key] = struct{}{}
	}
	s.touch("")
}

// ExtensionState returns what an extension shows, and false when it has no hint.
func (s *Service) ExtensionState(context, exten string) (State, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.extension(hintKey{context, exten})
	return st, !st.Gone
}

func (s *Service) extension(k hintKey) State {
	h, ok := s.hints.byKey[k]
	if !ok {
		return State{Gone: true}
	}
	devices := make([]call.DeviceState, len(h.Devices))
	for i, d := range h.Devices {
		devices[i] = s.device(d)
	}
	people := make([]call.Presence, len(h.Presence))
	for i, p := range h.Presence {
		people[i] = s.presence(p)
	}
	return State{Device: Aggregate(devices...), Presence: Combine(people...)}
}

// Hint returns the hint of an extension, false when it has none.
func (s *Service) Hint(context, exten string) (Hint, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.hints.byKey[hintKey{context, exten}]
	return h, ok
}

// Watch has fn called by Run with each state of the extension that differs
// from the one before; the first comparison is with the state at the call. A
// call that has begun may still end after cancel. fn must not wait.
func (s *Service) Watch(context, exten string, fn func(State)) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := hintKey{context, exten}
	w := &watch{key: k, fn: fn, last: s.extension(k)}
	s.watches[w] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watches, w)
	}
}

// Run publishes changes and calls watchers until ctx ends. States that come
// and go faster than it runs are joined.
func (s *Service) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		}
		events, calls := s.collect()
		for _, ev := range events {
			s.cfg.Publish(ev)
		}
		for _, fn := range calls {
			fn()
		}
	}
}

// collect takes what changed since the last time.
func (s *Service) collect() (events []event.Event, calls []func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.dirty)) {
		var ev event.Event = event.DeviceState{Device: name, State: s.device(name)}
		if strings.HasPrefix(name, customPresence+":") {
			ev = event.Presence{Provider: name, Presence: s.presence(name)}
		}
		if name != "" && s.told[name] != ev {
			s.told[name] = ev
			events = append(events, ev)
		}
	}
	for w := range s.watches {
		if _, ok := s.moved[w.key]; !ok {
			continue
		}
		if now := s.extension(w.key); now != w.last {
			w.last = now
			calls = append(calls, func() { w.fn(now) })
		}
	}
	clear(s.dirty)
	clear(s.moved)
	return events, calls
}
