// Package bolt is the store on one bbolt file, the back end of every box with
// a disk. Every Apply is its own synced commit.
package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/timbre-pbx/timbre/pbx/store"
)

// Config says where the file is and how far it may grow.
type Config struct {
	Path        string
	MaxSize     int           // bytes, 0: 64 MiB; a write past it returns ErrFull
	LockTimeout time.Duration // wait for another process to let go, 0: 1 s
}

// Store is a monitor; bbolt itself orders readers and the one writer.
type Store struct {
	db *bbolt.DB

	mu     sync.Mutex
	failed error // set by the first write that may have reached half the disk
}

// Open opens or makes the file. It returns ErrLocked when another process has
// it and ErrCorrupt when it is no sound database. A file damaged so that bbolt
// spins for ever is found by opening it in a child process, not here.
//
// The whole of MaxSize is mapped at once: a map that never moves is never held
// up by a reader.
func Open(cfg Config) (s *Store, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	if cfg.MaxSize == 0 {
		cfg.MaxSize = 64 << 20
	}
	if cfg.LockTimeout == 0 {
		cfg.LockTimeout = time.Second
	}
	var file *os.File
	defer func() {
		if err != nil && file != nil {
			_ = file.Close() // lets go of the lock when bbolt died half way
		}
	}()
	defer guard(&err)
	db, err := bbolt.Open(cfg.Path, 0o600, &bbolt.Options{
		Timeout: cfg.LockTimeout, MaxSize: cfg.MaxSize, InitialMmapSize: cfg.MaxSize,
		FreelistType: bbolt.FreelistMapType,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag, mode)
			file = f
			return f, err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Path, typed(err))
	}
	if err := syncDir(filepath.Dir(cfg.Path)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{db: db}, nil
}

// syncDir makes the name of a new file survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// guard turns a panic of bbolt, which is how it meets a damaged page, and a
// fault on the mapped file into ErrCorrupt.
func guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", store.ErrCorrupt, r)
	}
}

func typed(err error) error {
	for _, m := range [...]struct{ from, to error }{
		{berrors.ErrTimeout, store.ErrLocked}, {berrors.ErrMaxSizeReached, store.ErrFull},
		{berrors.ErrDatabaseNotOpen, store.ErrClosed}, {berrors.ErrInvalid, store.ErrCorrupt},
		{berrors.ErrChecksum, store.ErrCorrupt}, {berrors.ErrVersionMismatch, store.ErrCorrupt},
	} {
		if errors.Is(err, m.from) {
			return fmt.Errorf("%w (%v)", m.to, err)
		}
	}
	return err
}

func (s *Store) view(bucket string, fn func(*bbolt.Bucket)) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guard(&err)
	return typed(s.db.View(func(tx *bbolt.Tx) error {
		if b := tx.Bucket([]byte(bucket)); b != nil {
			fn(b)
		}
		return nil
	}))
}

// Get implements store.Store.
func (s *Store) Get(bucket, key string) ([]byte, error) {
	var out []byte
	err := s.view(bucket, func(b *bbolt.Bucket) {
		if v := b.Get([]byte(key)); v != nil {
			out = append([]byte{}, v...)
		}
	})
	if err == nil && out == nil {
		err = store.ErrNotFound
	}
	return out, err
}

// List implements store.Store.
func (s *Store) List(bucket string, q store.Query) ([]store.Entry, error) {
	var out []store.Entry
	err := s.view(bucket, func(b *bbolt.Bucket) {
		c := b.Cursor()
		k, v, next := begin(c, q)
		for ; k != nil && len(out) < q.Cap() && strings.HasPrefix(string(k), q.Prefix); k, v = next() {
			out = append(out, store.Entry{Key: string(k), Value: append([]byte{}, v...)})
		}
	})
	return out, err
}

// begin places the cursor on the first entry of q that may be meant and
// returns the way on from there.
func begin(c *bbolt.Cursor, q store.Query) (k, v []byte, next func() ([]byte, []byte)) {
	if !q.Reverse {
		if k, v = c.Seek([]byte(max(q.Prefix, q.After))); k != nil && q.After != "" && string(k) == q.After {
			k, v = c.Next()
		}
		return k, v, c.Next
	}
	end := ceiling(q.Prefix)
	if q.After != "" && (end == nil || q.After < string(end)) {
		end = []byte(q.After)
	}
	if end == nil {
		k, v = c.Last()
	} else if k, _ = c.Seek(end); k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	return k, v, c.Prev
}

// ceiling is the lowest key above all that begin with prefix, nil when there is none.
func ceiling(prefix string) []byte {
	b := bytes.TrimRight([]byte(prefix), "\xff")
	if len(b) == 0 {
		return nil
	}
	b[len(b)-1]++
	return b
}

// Apply implements store.Store. After a failed write the store is read-only,
// because nobody knows what the disk holds: ErrDegraded until restart. A batch
// for which there is no room is refused whole with ErrFull, and smaller ones go on.
func (s *Store) Apply(b store.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return fmt.Errorf("%w: %v", store.ErrDegraded, s.failed)
	}
	err := s.update(b)
	if err != nil && !errors.Is(err, store.ErrFull) && !errors.Is(err, store.ErrClosed) {
		s.failed = err
	}
	return err
}

func (s *Store) update(b store.Batch) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer guard(&err)
	return typed(s.db.Update(func(tx *bbolt.Tx) error {
		for _, o := range b {
			bucket, err := tx.CreateBucketIfNotExists([]byte(o.Bucket))
			if err != nil {
				return err
			}
			if o.Delete {
				err = bucket.Delete([]byte(o.Key))
			} else {
				err = bucket.Put([]byte(o.Key), o.Value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// Close implements store.Store.
func (s *Store) Close() (err error) {
	defer guard(&err)
	return s.db.Close()
}
