package engine

import (
	"errors"
	"sync"
)

var (
	// ErrBusy is returned when a shard's mailbox is full.
	ErrBusy = errors.New("engine: shard is busy")
	// ErrStopped is returned once the engine has stopped.
	ErrStopped = errors.New("engine: stopped")
)

// mailboxSize bounds the commands that wait for a shard. What would add work
// is refused beyond it (ErrBusy); what ends or changes a port is always taken,
// since the ports themselves are bounded.
const mailboxSize = 1024

type command func(*shard)

// mailbox holds the commands for a shard, in order. Monitor.
type mailbox struct {
	mu     sync.Mutex
	queue  []command
	closed bool
}

func (m *mailbox) post(c command, always bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrStopped
	}
	if len(m.queue) >= mailboxSize && !always {
		return ErrBusy
	}
	m.queue = append(m.queue, c)
	return nil
}

// take swaps the queue for an empty one; after last nothing is taken any more.
func (m *mailbox) take(empty []command, last bool) []command {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.queue
	m.queue, m.closed = empty[:0], m.closed || last
	return q
}
