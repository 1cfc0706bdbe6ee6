package digest

import "sync"

// ring remembers the counts seen of the last nonces that were answered right,
// 64 counts back, so that requests may overtake each other. It is a monitor.
type ring struct {
	mu    sync.Mutex
	size  int
	next  int
	order []string
	seen  map[string]*counts
}

// counts is the highest nc of a nonce and which of the 63 below it were used.
type counts struct {
	top  uint32
	used uint64 // bit i: top-i
}

func newRing(size int) *ring { return &ring{size: size, seen: make(map[string]*counts)} }

// use marks nc of nonce as used and says whether it was not before.
func (r *ring) use(nonce string, nc uint32) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.seen[nonce]
	if c == nil {
		c = &counts{}
		r.seen[nonce] = c
		if len(r.order) < r.size {
			r.order = append(r.order, nonce)
		} else {
			delete(r.seen, r.order[r.next])
			r.order[r.next] = nonce
			r.next = (r.next + 1) % r.size
		}
	}
	if nc > c.top {
		c.used = c.used<<min(nc-c.top, 64) | 1
		c.top = nc
		return true
	}
	back := c.top - nc
	if back >= 64 || c.used&(1<<back) != 0 {
		return false
	}
	c.used |= 1 << back
	return true
}
