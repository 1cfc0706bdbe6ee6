// Package mem is a store in memory, for tests and for a box without a disk.
package mem

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/timbre-pbx/timbre/pbx/store"
)

// Store is a monitor.
type Store struct {
	mu      sync.Mutex
	closed  bool
	buckets map[string]map[string][]byte
}

// New returns an empty store.
func New() *Store { return &Store{buckets: make(map[string]map[string][]byte)} }

// Get implements store.Store.
func (s *Store) Get(bucket, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	v, ok := s.buckets[bucket][key]
	if !ok {
		return nil, store.ErrNotFound
	}
	return bytes.Clone(v), nil
}

// List implements store.Store.
func (s *Store) List(bucket string, q store.Query) ([]store.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	keys := slices.Sorted(maps.Keys(s.buckets[bucket]))
	if q.Reverse {
		slices.Reverse(keys)
	}
	var out []store.Entry
	for _, k := range keys {
		past := q.After == "" || !q.Reverse && k > q.After || q.Reverse && k < q.After
		if !past || !strings.HasPrefix(k, q.Prefix) {
			continue
		}
		if len(out) == q.Cap() {
			break
		}
		out = append(out, store.Entry{Key: k, Value: bytes.Clone(s.buckets[bucket][k])})
	}
	return out, nil
}

// Apply implements store.Store; nothing in memory survives a power cut.
func (s *Store) Apply(b store.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return store.ErrClosed
	}
	for _, o := range b {
		if o.Delete {
			delete(s.buckets[o.Bucket], o.Key)
			continue
		}
		if s.buckets[o.Bucket] == nil {
			s.buckets[o.Bucket] = make(map[string][]byte)
		}
		s.buckets[o.Bucket][o.Key] = append([]byte{}, o.Value...)
	}
	return nil
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
