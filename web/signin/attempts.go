package signin

import (
	"net/netip"
	"sync"
	"time"
)

// The bounds of guessing: so many wrong answers in a window from one address
// (a /64 for IPv6), or in all, and the next ones are refused unread.
const (
	attemptsPerSource = 5
	attemptsInAll     = 30
	attemptWindow     = 10 * time.Minute
	sourcesKept       = 4096
)

type tally struct {
	start time.Time
	n     int
}

// Attempts counts wrong answers. It is a monitor and bounded; its zero value
// is ready for use. The total stops a guesser with many addresses; it locks
// nobody out who is signed in already.
type Attempts struct {
	mu  sync.Mutex
	by  map[netip.Prefix]*tally
	all tally
}

// Allowed says whether an answer from src is read at all, and if not, when to
// try again.
func (a *Attempts) Allowed(src netip.Addr, now time.Time) (bool, time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.by[group(src)]; t != nil && t.n >= attemptsPerSource {
		if left := attemptWindow - now.Sub(t.start); left > 0 {
			return false, left
		}
	}
	if a.all.n >= attemptsInAll {
		if left := attemptWindow - now.Sub(a.all.start); left > 0 {
			return false, left
		}
	}
	return true, 0
}

// Wrong counts a wrong answer from src.
func (a *Attempts) Wrong(src netip.Addr, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.by == nil || len(a.by) >= sourcesKept {
		a.by = make(map[netip.Prefix]*tally) // the total goes on counting
	}
	t := a.by[group(src)]
	if t == nil {
		t = &tally{}
		a.by[group(src)] = t
	}
	t.add(now)
	a.all.add(now)
}

// Right forgets the wrong answers of src.
func (a *Attempts) Right(src netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.by, group(src))
}

func (t *tally) add(now time.Time) {
	if now.Sub(t.start) > attemptWindow {
		*t = tally{start: now}
	}
	t.n++
}

func group(src netip.Addr) netip.Prefix {
	src = src.Unmap()
	bits := 32
	if src.Is6() {
		bits = 64
	}
	p, err := src.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
