package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// WriterConfig says how long changes may wait.
type WriterConfig struct {
	Store   Store
	Every   time.Duration // oldest change waits at most this long, 0: 1 s
	Records int           // changes that are committed at once, 0: 64
	Log     *slog.Logger  // nil: silent
}

// maxPending bounds what waits while the disk is slow or broken.
const maxPending = 16384

// Writer joins changes into batches, which spares the flash: registrations,
// presence and call records go through it. It is a monitor.
type Writer struct {
	cfg  WriterConfig
	wake chan struct{} // something waits
	full chan struct{} // enough waits for a commit

	commit sync.Mutex // held by the one who writes

	mu      sync.Mutex
	pending []Batch // each is committed whole
	ops     int
	bytes   int
}

// NewWriter returns a writer; Run drives it.
func NewWriter(cfg WriterConfig) *Writer {
	if cfg.Every == 0 {
		cfg.Every = time.Second
	}
	if cfg.Records == 0 {
		cfg.Records = 64
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Writer{cfg: cfg, wake: make(chan struct{}, 1), full: make(chan struct{}, 1)}
}

// Write queues changes that are committed together and in the order of the
// calls; it never waits for the disk, and a hook may call it. It takes over
// the values. ErrFull means that the queue is at its bound.
func (w *Writer) Write(ops ...Op) error {
	b := Batch(ops)
	if err := b.Check(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ops+len(b) > maxPending || w.bytes+b.size() > 2*MaxBatch {
		return fmt.Errorf("%w: %d changes wait for the disk", ErrFull, w.ops)
	}
	w.pending = append(w.pending, b)
	w.ops += len(b)
	w.bytes += b.size()
	signal(w.wake)
	if w.ops >= w.cfg.Records {
		signal(w.full)
	}
	return nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Flush commits everything that was queued before the call. What failed stays
// queued.
func (w *Writer) Flush() error {
	w.commit.Lock()
	defer w.commit.Unlock()
	for {
		n, b := w.next()
		if n == 0 {
			return nil
		}
		if err := w.cfg.Store.Apply(b); err != nil {
			return err
		}
		w.mu.Lock()
		clear(w.pending[:n])
		w.pending = w.pending[n:]
		w.ops -= len(b)
		w.bytes -= b.size()
		w.mu.Unlock()
	}
}

// next joins as many waiting batches as fit into one.
func (w *Writer) next() (n int, out Batch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	size := 0
	for _, b := range w.pending {
		size += b.size()
		if n > 0 && (len(out)+len(b) > MaxOps || size > MaxBatch) {
			break
		}
		out = append(out, b...)
		n++
	}
	return n, out
}

// Run commits until ctx ends, then what is left, and returns the error of that
// last commit. A failed commit is logged once and tried again.
func (w *Writer) Run(ctx context.Context) error {
	timer := time.NewTimer(w.cfg.Every)
	timer.Stop()
	defer timer.Stop()
	waiting, failing := false, false
	for {
		select {
		case <-ctx.Done():
			return w.Flush()
		case <-w.wake:
			if !waiting {
				waiting = true
				timer.Reset(w.cfg.Every)
			}
			continue
		case <-w.full:
			if failing {
				continue // the timer tries again
			}
		case <-timer.C:
		}
		err := w.Flush()
		if err != nil && !failing {
			w.cfg.Log.Error("storage does not take changes; they wait in memory", "error", err)
		}
		failing, waiting = err != nil, err != nil
		timer.Stop()
		if failing {
			timer.Reset(w.cfg.Every)
		}
	}
}
