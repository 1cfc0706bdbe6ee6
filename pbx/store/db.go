package store

import (
	"errors"
	"fmt"
	"strings"
)

// AstDBBucket holds Asterisk's family/key database, keyed "/family/key".
const AstDBBucket = "astdb"

// MaxAstKey is the length, in bytes, of a whole "/family/key", as in Asterisk.
const MaxAstKey = 256

// DB is Asterisk's family/key database. A family may hold slashes. It keeps no
// state of its own; each change is one durable batch.
type DB struct{ store Store }

// NewDB returns the database that lives in s.
func NewDB(s Store) *DB { return &DB{store: s} }

// AstKey is the key of family and key in AstDBBucket, for those who put it
// into a batch of their own.
func AstKey(family, key string) (string, error) {
	if family == "" || key == "" {
		return "", fmt.Errorf("%w: family %q, key %q", ErrBadKey, cut(family), cut(key))
	}
	k := "/" + family + "/" + key
	if len(k) > MaxAstKey {
		return "", fmt.Errorf("%w: %q…", ErrTooLarge, cut(k))
	}
	return k, nil
}

// Get returns the value, or ErrNotFound.
func (d *DB) Get(family, key string) (string, error) {
	k, err := AstKey(family, key)
	if err != nil {
		return "", err
	}
	v, err := d.store.Get(AstDBBucket, k)
	return string(v), err
}

// Put stores value, durably.
func (d *DB) Put(family, key, value string) error {
	k, err := AstKey(family, key)
	if err != nil {
		return err
	}
	return d.store.Apply(Batch{Put(AstDBBucket, k, []byte(value))})
}

// Delete removes key and says with ErrNotFound that there was none.
func (d *DB) Delete(family, key string) error {
	if _, err := d.Get(family, key); err != nil {
		return err
	}
	k, err := AstKey(family, key)
	if err != nil {
		return err
	}
	return d.store.Apply(Batch{Delete(AstDBBucket, k)})
}

// Tree calls fn with each "/family/key" under family and its value, in order;
// the empty family is the whole database.
func (d *DB) Tree(family string, fn func(key, value string) error) error {
	return All(d.store, AstDBBucket, treePrefix(family), func(e Entry) error { return fn(e.Key, string(e.Value)) })
}

// DeleteTree removes all keys under family and returns how many there were.
// More than MaxOps keys take several batches.
func (d *DB) DeleteTree(family string) (int, error) {
	n := 0
	for {
		page, err := d.store.List(AstDBBucket, Query{Prefix: treePrefix(family)})
		if err != nil || len(page) == 0 {
			return n, err
		}
		b := make(Batch, len(page))
		for i, e := range page {
			b[i] = Delete(AstDBBucket, e.Key)
		}
		if err := d.store.Apply(b); err != nil {
			return n, err
		}
		n += len(page)
	}
}

// Exists says whether the key is there.
func (d *DB) Exists(family, key string) (bool, error) {
	_, err := d.Get(family, key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func treePrefix(family string) string {
	family = strings.Trim(family, "/")
	if family == "" {
		return "/"
	}
	return "/" + family + "/"
}
