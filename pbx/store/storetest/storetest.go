// Package storetest is the suite that every back end of store passes.
package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/timbre-pbx/timbre/pbx/store"
)

// Run tests the back end that open makes; each call of open yields an empty store.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Run("a value that was put is got, as a copy", func(t *testing.T) { copies(t, open(t)) })
	t.Run("keys are listed in order, by prefix, in pages and backwards", func(t *testing.T) { lists(t, open(t)) })
	t.Run("a batch is applied in order and whole", func(t *testing.T) { batches(t, open(t)) })
	t.Run("what is too large or has no name is refused", func(t *testing.T) { bounds(t, open(t)) })
	t.Run("a closed store says so", func(t *testing.T) { closes(t, open(t)) })
	t.Run("readers see whole batches while others write", func(t *testing.T) { concurrency(t, open(t)) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func copies(t *testing.T, s store.Store) {
	if _, err := s.Get("b", "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("empty store: %v", err)
	}
	in := []byte("value")
	must(t, s.Apply(store.Batch{store.Put("b", "k", in), store.Put("b", "empty", nil)}))
	in[0] = 'X'
	out, err := s.Get("b", "k")
	if err != nil || string(out) != "value" {
		t.Errorf("%q, %v", out, err)
	}
	out[0] = 'Y'
	if out, _ = s.Get("b", "k"); string(out) != "value" {
		t.Errorf("the store's own bytes were changed to %q", out)
	}
	if out, err = s.Get("b", "empty"); err != nil || len(out) != 0 {
		t.Errorf("empty value: %q, %v", out, err)
	}
	if _, err = s.Get("other", "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another bucket: %v", err)
	}
}

func lists(t *testing.T, s store.Store) {
	var b store.Batch
	for _, k := range []string{"b", "a/2", "a/10", "a/1", "a", "c", "a\xff", "\xff\xffz"} {
		b = append(b, store.Put("l", k, []byte("="+k)))
	}
	must(t, s.Apply(b))
	for _, c := range []struct {
		q    store.Query
		want []string
	}{
		{store.Query{}, []string{"a", "a/1", "a/10", "a/2", "a\xff", "b", "c", "\xff\xffz"}},
		{store.Query{Prefix: "a/"}, []string{"a/1", "a/10", "a/2"}},
		{store.Query{Prefix: "a/", Reverse: true}, []string{"a/2", "a/10", "a/1"}},
		{store.Query{Prefix: "a/", Limit: 2}, []string{"a/1", "a/10"}},
		{store.Query{Prefix: "a/", After: "a/10"}, []string{"a/2"}},
		{store.Query{Prefix: "a/", After: "a/10", Reverse: true}, []string{"a/1"}},
		{store.Query{Prefix: "a/", After: "a/15"}, []string{"a/2"}},
		{store.Query{Reverse: true, Limit: 2}, []string{"\xff\xffz", "c"}},
		{store.Query{Prefix: "\xff", Reverse: true}, []string{"\xff\xffz"}},
		{store.Query{Prefix: "a", Reverse: true, Limit: 1}, []string{"a\xff"}},
		{store.Query{Prefix: "zz"}, nil},
		{store.Query{Prefix: "zz", Reverse: true}, nil},
	} {
		got, err := s.List("l", c.q)
		must(t, err)
		var keys []string
		for _, e := range got {
			keys = append(keys, e.Key)
			if string(e.Value) != "="+e.Key {
				t.Errorf("%q has value %q", e.Key, e.Value)
			}
		}
		if !slices.Equal(keys, c.want) {
			t.Errorf("%+v: %q, want %q", c.q, keys, c.want)
		}
	}
	if got, err := s.List("unwritten", store.Query{}); err != nil || len(got) != 0 {
		t.Errorf("unwritten bucket: %v, %v", got, err)
	}
}

func batches(t *testing.T, s store.Store) {
	must(t, s.Apply(store.Batch{store.Put("b", "k", []byte("1")), store.Delete("b", "k"), store.Put("b", "k", []byte("2"))}))
	if v, err := s.Get("b", "k"); err != nil || string(v) != "2" {
		t.Errorf("%q, %v", v, err)
	}
	must(t, s.Apply(store.Batch{store.Delete("b", "k"), store.Delete("b", "never there"), store.Delete("nowhere", "k")}))
	if _, err := s.Get("b", "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	if err := s.Apply(store.Batch{store.Put("b", "half", nil), store.Put("b", "", nil)}); !errors.Is(err, store.ErrBadKey) {
		t.Errorf("bad batch: %v", err)
	}
	if _, err := s.Get("b", "half"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("half of a refused batch is there: %v", err)
	}
	must(t, s.Apply(nil))
}

func bounds(t *testing.T, s store.Store) {
	big := make([]byte, store.MaxValue)
	many := make(store.Batch, store.MaxOps+1)
	for i := range many {
		many[i] = store.Put("b", fmt.Sprint(i), nil)
	}
	for name, b := range map[string]store.Batch{
		"value":  {store.Put("b", "k", append(big, 0))},
		"key":    {store.Put("b", strings.Repeat("k", store.MaxKey+1), nil)},
		"bucket": {store.Put(strings.Repeat("b", store.MaxBucket+1), "k", nil)},
		"ops":    many,
		"bytes":  slices.Repeat(store.Batch{store.Put("b", "k", big)}, store.MaxBatch/store.MaxValue+1),
	} {
		if err := s.Apply(b); !errors.Is(err, store.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Apply(store.Batch{store.Put("", "k", nil)}); !errors.Is(err, store.ErrBadKey) {
		t.Errorf("no bucket: %v", err)
	}
	must(t, s.Apply(store.Batch{store.Put("b", strings.Repeat("k", store.MaxKey), big)}))
	must(t, s.Apply(many[:store.MaxOps]))
	if got, err := s.List("b", store.Query{Limit: store.MaxOps}); err != nil || len(got) != store.MaxList {
		t.Errorf("%d entries in one list, %v", len(got), err)
	}
	n := 0
	must(t, store.All(s, "b", "", func(store.Entry) error { n++; return nil }))
	if n != store.MaxOps+1 {
		t.Errorf("All saw %d entries, want %d", n, store.MaxOps+1)
	}
}

func closes(t *testing.T, s store.Store) {
	must(t, s.Close())
	must(t, s.Close())
	if _, err := s.Get("b", "k"); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Get: %v", err)
	}
	if _, err := s.List("b", store.Query{}); !errors.Is(err, store.ErrClosed) {
		t.Errorf("List: %v", err)
	}
	if err := s.Apply(store.Batch{store.Put("b", "k", nil)}); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Apply: %v", err)
	}
}

func concurrency(t *testing.T, s store.Store) {
	var g sync.WaitGroup
	for w := range 2 {
		bucket := fmt.Sprint("b", w)
		g.Go(func() {
			for i := range 20 {
				v := []byte{byte(i)}
				if err := s.Apply(store.Batch{store.Put(bucket, "x", v), store.Put(bucket, "y", v)}); err != nil {
					t.Error(err)
				}
			}
		})
		g.Go(func() {
			for range 50 {
				got, err := s.List(bucket, store.Query{})
				if err != nil || len(got) == 1 || len(got) == 2 && !bytes.Equal(got[0].Value, got[1].Value) {
					t.Errorf("half a batch: %v, %v", got, err)
				}
			}
		})
	}
	g.Wait()
}
