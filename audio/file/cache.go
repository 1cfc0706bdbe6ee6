package file

import (
	"container/list"
	"sync"
)

type cacheKey struct {
	name, language string
	rate           int
}

// cache keeps the clips used last, up to a number of octets. It is a monitor.
type cache struct {
	mu    sync.Mutex
	limit int
	used  int
	order *list.List // of *cached, used last at the front
	byKey map[cacheKey]*list.Element
}

type cached struct {
	key  cacheKey
	clip *Clip
}

func newCache(limit int) *cache {
	return &cache{limit: limit, order: list.New(), byKey: map[cacheKey]*list.Element{}}
}

// cost is what a clip takes, with something for the entry itself so that empty
// clips are bounded too.
func cost(c *Clip) int { return 2*cap(c.PCM) + 256 }

// get finds a clip, nil when it is not kept.
func (c *cache) get(key cacheKey) *Clip {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).clip
}

// put keeps a clip and drops what was used longest ago. A clip larger than the
// whole cache is not kept.
func (c *cache) put(key cacheKey, clip *Clip) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey[key] != nil || cost(clip) > c.limit {
		return
	}
	c.byKey[key] = c.order.PushFront(&cached{key, clip})
	c.used += cost(clip)
	for c.used > c.limit {
		oldest := c.order.Remove(c.order.Back()).(*cached)
		delete(c.byKey, oldest.key)
		c.used -= cost(oldest.clip)
	}
}
