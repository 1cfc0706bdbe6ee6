package store

import (
	"errors"
	"fmt"
)

// The bounds of one request. They keep a batch well under the memory of the
// smallest board.
const (
	MaxBucket = 64       // bytes of a bucket's name
	MaxKey    = 1024     // bytes of a key
	MaxValue  = 1 << 20  // bytes of a value
	MaxOps    = 4096     // changes in a batch
	MaxBatch  = 16 << 20 // bytes of keys and values in a batch
	MaxList   = 1000     // entries that one List returns
)

// The errors of every back end, to be compared with errors.Is.
var (
	ErrNotFound = errors.New("store: no such key")
	ErrClosed   = errors.New("store: closed")
	ErrTooLarge = errors.New("store: too large")
	ErrBadKey   = errors.New("store: bucket and key must not be empty")
	ErrFull     = errors.New("store: no room left")
	ErrLocked   = errors.New("store: in use by another process")
	ErrCorrupt  = errors.New("store: file is damaged")
	ErrDegraded = errors.New("store: a write failed; read-only until restart")
)

// Store keeps buckets of keys and values. It is safe for concurrent use. No
// call holds a look at the data beyond its own return, and every value that
// goes in or comes out is a copy.
type Store interface {
	// Get returns the value of key, or ErrNotFound.
	Get(bucket, key string) ([]byte, error)
	// List returns the entries that q selects, in the byte order of their
	// keys. A bucket that nobody wrote is empty.
	List(bucket string, q Query) ([]Entry, error)
	// Apply makes all changes of b, in order, or none. When it returns nil
	// they survive a power cut.
	Apply(b Batch) error
	// Close waits for running calls; afterwards every call returns
	// ErrClosed. Closing twice is allowed.
	Close() error
}

// Query selects entries of one bucket. The zero Query selects the first MaxList.
type Query struct {
	Prefix  string
	After   string // continue behind this key (before it when Reverse), "" from the start
	Limit   int    // at most MaxList, which 0 stands for
	Reverse bool   // highest key first
}

// Cap is the number of entries that q may yield.
func (q Query) Cap() int {
	if q.Limit <= 0 || q.Limit > MaxList {
		return MaxList
	}
	return q.Limit
}

// Entry is one key with its value.
type Entry struct {
	Key   string
	Value []byte
}

// Op is one change: Value is stored, or the key is deleted, which is no error
// when it does not exist.
type Op struct {
	Bucket string
	Key    string
	Value  []byte
	Delete bool
}

// Batch is a list of changes that happen together.
type Batch []Op

// Put returns the change that stores value.
func Put(bucket, key string, value []byte) Op { return Op{Bucket: bucket, Key: key, Value: value} }

// Delete returns the change that removes key.
func Delete(bucket, key string) Op { return Op{Bucket: bucket, Key: key, Delete: true} }

func (o Op) size() int { return len(o.Bucket) + len(o.Key) + len(o.Value) }

func (b Batch) size() int {
	n := 0
	for _, o := range b {
		n += o.size()
	}
	return n
}

// Check returns ErrBadKey or ErrTooLarge, with the offending key, when b is
// outside the bounds. Back ends call it first in Apply.
func (b Batch) Check() error {
	if len(b) > MaxOps || b.size() > MaxBatch {
		return fmt.Errorf("%w: batch of %d changes, %d bytes", ErrTooLarge, len(b), b.size())
	}
	for _, o := range b {
		switch {
		case o.Bucket == "" || o.Key == "":
			return fmt.Errorf("%w: %q/%q", ErrBadKey, cut(o.Bucket), cut(o.Key))
		case len(o.Bucket) > MaxBucket || len(o.Key) > MaxKey || len(o.Value) > MaxValue:
			return fmt.Errorf("%w: %q/%q, %d bytes", ErrTooLarge, cut(o.Bucket), cut(o.Key), o.size())
		}
	}
	return nil
}

func cut(s string) string { return s[:min(len(s), 64)] }

// All calls fn for every entry of bucket under prefix, reading in pages so
// that no look at the store lasts; it stops when fn returns an error.
func All(s Store, bucket, prefix string, fn func(Entry) error) error {
	q := Query{Prefix: prefix, Limit: 256}
	for {
		page, err := s.List(bucket, q)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := fn(e); err != nil {
				return err
			}
		}
		if len(page) < q.Limit {
			return nil
		}
		q.After = page[len(page)-1].Key
	}
}
