package netio

import (
	"container/heap"
	"hash/fnv"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// Path says what happens to packets on their way from one address to another.
// The zero Path delivers everything at once. TCP feels Delay only.
type Path struct {
	Delay     time.Duration // one way
	Jitter    time.Duration // up to this much more, evenly spread; packets overtake each other
	Loss      float64       // share of datagrams that vanish, 0 to 1
	Duplicate float64       // share of datagrams that come twice, 0 to 1
	// MTU is the largest IP packet in bytes; longer datagrams vanish, as
	// where fragments are dropped. 0: no limit.
	MTU int
}

// Virtual is a network in memory for tests. It keeps time with package time,
// so it belongs inside one testing/synctest bubble, where hours take no time.
// Equal seeds and equal traffic give equal fates. A monitor: one mutex guards
// every host, socket and stream on it.
type Virtual struct {
	mu       sync.Mutex
	seed     uint64
	internet *realm
	def      Path
	paths    map[[2]netip.Addr]Path
	queue    deliveries
	seq      uint64
	timer    *time.Timer
	free     [][]byte // buffers of delivered datagrams
}

// realm is a set of addresses that reach each other directly: the internet, or
// the inside of one NAT.
type realm struct {
	hosts map[netip.Addr]*host
	nat   *NAT                // the way out; nil on the internet
	nats  map[netip.Addr]*NAT // by public address
}

func newRealm(n *NAT) *realm {
	return &realm{hosts: map[netip.Addr]*host{}, nat: n, nats: map[netip.Addr]*NAT{}}
}

// NewVirtual makes a network without hosts whose paths deliver everything at once.
func NewVirtual(seed uint64) *Virtual {
	return &Virtual{seed: seed, internet: newRealm(nil), paths: map[[2]netip.Addr]Path{}}
}

// Host adds a machine with the given addresses to the internet and returns its
// view of the network. It panics on an address that is taken: a test's mistake.
func (v *Virtual) Host(addrs ...netip.Addr) Network {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.addHost(v.internet, addrs)
}

func (v *Virtual) addHost(r *realm, addrs []netip.Addr) *host {
	h := &host{net: v, realm: r, addrs: addrs, nextPort: firstEphemeral,
		udp: map[uint16][]*datagrams{}, tcp: map[uint16][]*listener{}}
	for _, a := range addrs {
		if r.hosts[a] != nil || r.nats[a] != nil {
			panic("netio: virtual address taken: " + a.String())
		}
		r.hosts[a] = h
	}
	return h
}

// SetDefault sets the path between addresses that have none of their own.
func (v *Virtual) SetDefault(p Path) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.def = p
}

// SetPath sets the path of packets from one address to another, in this
// direction only. Behind NAT the addresses are the host's own and the one it
// sends to. Packets under way keep their fate.
func (v *Virtual) SetPath(from, to netip.Addr, p Path) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.paths[[2]netip.Addr{from, to}] = p
}

func (v *Virtual) path(from, to netip.Addr) Path {
	if p, ok := v.paths[[2]netip.Addr{from, to}]; ok {
		return p
	}
	return v.def
}

// dice makes the random source of one flow: it depends on the seed and the two
// ends only, so flows do not disturb each other whatever goroutine runs first.
func (v *Virtual) dice(from, to netip.AddrPort) *rand.Rand {
	h := fnv.New64a()
	for _, a := range []netip.AddrPort{from, to} {
		b := a.Addr().As16()
		h.Write(b[:])
		h.Write([]byte{byte(a.Port() >> 8), byte(a.Port())})
	}
	return rand.New(rand.NewPCG(v.seed, h.Sum64()))
}

// delivery is something that happens later: a datagram arriving, or a change
// of a stream.
type delivery struct {
	at   time.Time
	seq  uint64 // order among equals
	pkt  []byte
	from netip.AddrPort
	to   *datagrams
	run  func() // in place of a datagram
}

func (v *Virtual) deliver(d delivery) {
	if d.run != nil {
		d.run()
		return
	}
	d.to.arrive(d.pkt, d.from)
}

// after lets d happen after delay: at once when there is none.
func (v *Virtual) after(delay time.Duration, d delivery) {
	if delay <= 0 {
		v.deliver(d)
		return
	}
	d.at = time.Now().Add(delay)
	v.seq++
	d.seq = v.seq
	heap.Push(&v.queue, d)
	v.arm()
}

// arm sets the one timer to the first delivery. It runs only while something
// is under way, and in a function of its own, so nothing is left behind.
func (v *Virtual) arm() {
	if len(v.queue) == 0 {
		return
	}
	left := time.Until(v.queue[0].at)
	if v.timer == nil {
		v.timer = time.AfterFunc(left, v.due)
		return
	}
	v.timer.Reset(left)
}

func (v *Virtual) due() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for now := time.Now(); len(v.queue) > 0 && !v.queue[0].at.After(now); {
		v.deliver(heap.Pop(&v.queue).(delivery))
	}
	v.arm()
}

// buffer returns a copy of b in a buffer that release gets back.
func (v *Virtual) buffer(b []byte) []byte {
	if n := len(v.free); n > 0 && cap(v.free[n-1]) >= len(b) {
		buf := v.free[n-1][:len(b)]
		v.free = v.free[:n-1]
		copy(buf, b)
		return buf
	}
	buf := make([]byte, len(b), max(len(b), 2048))
	copy(buf, b)
	return buf
}

func (v *Virtual) release(b []byte) {
	if len(v.free) < 1024 {
		v.free = append(v.free, b)
	}
}

// deliveries is a heap by time, then by order of sending.
type deliveries []delivery

func (q deliveries) Len() int { return len(q) }
func (q deliveries) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.Before(q[j].at)
	}
	return q[i].seq < q[j].seq
}
func (q deliveries) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *deliveries) Push(x any)   { *q = append(*q, x.(delivery)) }
func (q *deliveries) Pop() any {
	old := *q
	last := len(old) - 1
	d := old[last]
	old[last] = delivery{}
	*q = old[:last]
	return d
}
