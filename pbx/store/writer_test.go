package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/pbx/store"
	"github.com/timbre-pbx/timbre/pbx/store/mem"
)

// counting is a store that counts its batches and can be made to fail.
type counting struct {
	store.Store
	mu      sync.Mutex
	batches int
	err     error
}

func (c *counting) Apply(b store.Batch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	c.batches++
	return c.Store.Apply(b)
}

func (c *counting) set(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
}

func (c *counting) want(t *testing.T, what string, n int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.batches != n {
		t.Errorf("%s: %d batches, want %d", what, c.batches, n)
	}
}

func TestWriterCommitsEverySecondOrAt64RecordsAndAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &counting{Store: mem.New()}
		w := store.NewWriter(store.WriterConfig{Store: s})
		ctx, stop := context.WithCancel(t.Context())
		var g sync.WaitGroup
		g.Go(func() {
			if err := w.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		put := func(k string) {
			if err := w.Write(store.Put("b", k, nil)); err != nil {
				t.Error(err)
			}
		}
		put("1")
		time.Sleep(900 * time.Millisecond)
		put("2")
		synctest.Wait()
		s.want(t, "after 0.9 s", 0)
		time.Sleep(101 * time.Millisecond)
		synctest.Wait()
		s.want(t, "after 1 s", 1)
		for i := range 64 {
			put(fmt.Sprint("n", i))
		}
		synctest.Wait()
		s.want(t, "after 64 records", 2)
		s.set(errors.New("disk"))
		put("late")
		time.Sleep(5 * time.Second)
		s.set(nil)
		time.Sleep(time.Second)
		synctest.Wait()
		s.want(t, "after the disk came back", 3)
		put("last")
		stop()
		g.Wait()
		s.want(t, "at the end", 4)
		if _, err := s.Get("b", "last"); err != nil {
			t.Error(err)
		}
	})
}

func TestWriterRefusesMoreThanItCanHold(t *testing.T) {
	w := store.NewWriter(store.WriterConfig{Store: mem.New()})
	var err error
	n := 0
	for ; err == nil; n++ {
		err = w.Write(store.Put("b", "k", make([]byte, 1<<20)))
	}
	if !errors.Is(err, store.ErrFull) || n < 16 || n > 40 {
		t.Errorf("%v after %d", err, n)
	}
	if err := w.Flush(); err != nil {
		t.Error(err)
	}
	if err := w.Write(store.Put("b", "", nil)); !errors.Is(err, store.ErrBadKey) {
		t.Errorf("bad key: %v", err)
	}
}

func TestDBKeepsFamiliesApart(t *testing.T) {
	db := store.NewDB(mem.New())
	for _, kv := range [][3]string{{"a", "k", "1"}, {"a/b", "k", "2"}, {"ab", "k", "3"}} {
		if err := db.Put(kv[0], kv[1], kv[2]); err != nil {
			t.Fatal(err)
		}
	}
	if v, err := db.Get("a/b", "k"); err != nil || v != "2" {
		t.Errorf("%q, %v", v, err)
	}
	var got string
	if err := db.Tree("a", func(k, v string) error { got += k + "=" + v + " "; return nil }); err != nil || got != "/a/b/k=2 /a/k=1 " {
		t.Errorf("tree %q, %v", got, err)
	}
	if n, err := db.DeleteTree("a"); err != nil || n != 2 {
		t.Errorf("deleted %d, %v", n, err)
	}
	if ok, err := db.Exists("ab", "k"); err != nil || !ok {
		t.Errorf("the neighbour family is gone: %v, %v", ok, err)
	}
	if err := db.Delete("ab", "k"); err != nil {
		t.Error(err)
	}
	if err := db.Delete("ab", "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("second delete: %v", err)
	}
}
