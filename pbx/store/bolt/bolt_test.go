package bolt_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/pbx/store"
	"github.com/timbre-pbx/timbre/pbx/store/bolt"
	"github.com/timbre-pbx/timbre/pbx/store/storetest"
)

func open(t *testing.T, path string, size int) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(bolt.Config{Path: path, MaxSize: size})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, filepath.Join(t.TempDir(), "s.db"), 0) })
}

func TestWhatWasAppliedIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	s := open(t, path, 0)
	if err := s.Apply(store.Batch{store.Put("b", "k", []byte("v"))}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if v, err := open(t, path, 0).Get("b", "k"); err != nil || string(v) != "v" {
		t.Errorf("%q, %v", v, err)
	}
}

func TestASecondProcessIsToldThatTheFileIsInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	open(t, path, 0)
	_, err := bolt.Open(bolt.Config{Path: path, LockTimeout: time.Millisecond})
	if !errors.Is(err, store.ErrLocked) {
		t.Errorf("got %v", err)
	}
}

func TestAFullStoreRefusesWholeBatchesAndKeepsReading(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"), 1<<20)
	value := bytes.Repeat([]byte{'x'}, 100<<10)
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		err = s.Apply(store.Batch{store.Put("b", strconv.Itoa(n), value)})
	}
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("got %v after %d", err, n)
	}
	if v, err := s.Get("b", "0"); err != nil || len(v) != len(value) {
		t.Errorf("%d bytes, %v", len(v), err)
	}
	if err := s.Apply(store.Batch{store.Delete("b", "0")}); err != nil && !errors.Is(err, store.ErrFull) {
		t.Errorf("delete: %v", err)
	}
}

func TestADamagedFileIsAnErrorAndNeverAPanic(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "s.db")
	s := open(t, whole, 0)
	for i := range 50 {
		if err := s.Apply(store.Batch{store.Put("b", strconv.Itoa(i), bytes.Repeat([]byte{byte(i)}, 3000))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	overwritten := bytes.Clone(good)
	for i := 8192; i < len(overwritten); i++ {
		overwritten[i] = 0xa5
	}
	for name, data := range map[string][]byte{
		"text": []byte("this is no database"), "garbage": bytes.Repeat([]byte{0x5a}, 64<<10),
		"cut short": good[:8192], "pages overwritten": overwritten,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := bolt.Open(bolt.Config{Path: path})
			if err == nil {
				defer s.Close()
				_, err = s.List("b", store.Query{})
			}
			if !errors.Is(err, store.ErrCorrupt) {
				t.Errorf("got %v", err)
			}
		})
	}
}
