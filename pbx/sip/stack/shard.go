package stack

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/dialog"
	"github.com/timbre-pbx/timbre/pbx/sip/transaction"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

type arrival struct {
	msg  sip.Message
	flow transport.Flow
}

type dialogKey struct{ callID, localTag string }

// shard owns the transactions, dialogs and timers of its Call-IDs. Loop-owned,
// but for the mailbox and the commands. It is the dialog.Layer of its dialogs.
type shard struct {
	st *Stack
	in chan arrival

	mu       sync.Mutex // guards commands
	commands []func()
	wake     chan struct{}

	servers map[string]*serverTx
	clients map[string]*clientTx
	dialogs map[dialogKey]dialog.Dialog
	timers  timerHeap
}

func newShard(st *Stack) *shard {
	return &shard{st: st, in: make(chan arrival, st.cfg.Mailbox), wake: make(chan struct{}, 1),
		servers: map[string]*serverTx{}, clients: map[string]*clientTx{}, dialogs: map[dialogKey]dialog.Dialog{}}
}

func (sh *shard) run(ctx context.Context) error {
	clock := time.NewTimer(time.Hour)
	defer clock.Stop()
	for {
		clock.Reset(sh.fire())
		select {
		case <-ctx.Done():
			sh.abort()
			return nil
		case a := <-sh.in:
			sh.message(a)
		case <-sh.wake:
			sh.obey()
		case <-clock.C:
		}
	}
}

func (sh *shard) abort() {
	sh.obey()
	for _, d := range sh.dialogs {
		d.Abort()
	}
	sh.obey()
	for _, c := range sh.clients {
		c.Abandon()
	}
	for _, s := range sh.servers {
		s.forget()
	}
	for len(sh.timers) > 0 {
		sh.timers[0].Stop()
	}
}

func (sh *shard) obey() {
	for {
		sh.mu.Lock()
		todo := sh.commands
		sh.commands = nil
		sh.mu.Unlock()
		if len(todo) == 0 {
			return
		}
		for _, f := range todo {
			f()
		}
	}
}

// Post implements dialog.Layer.
func (sh *shard) Post(f func()) {
	sh.mu.Lock()
	sh.commands = append(sh.commands, f)
	sh.mu.Unlock()
	select {
	case sh.wake <- struct{}{}:
	default:
	}
}

// Now implements dialog.Layer.
func (sh *shard) Now() time.Time { return sh.st.cfg.Now() }

// Timers implements dialog.Layer.
func (sh *shard) Timers() transaction.Timers { return sh.st.cfg.Timers }

// Token implements dialog.Layer.
func (sh *shard) Token() string { return sh.st.token(8) }

// Jitter implements dialog.Layer.
func (sh *shard) Jitter(d time.Duration) time.Duration {
	var n uint64
	for _, c := range []byte(sh.st.token(4)) {
		n = n*31 + uint64(c)
	}
	return time.Duration(n % uint64(max(1, d)))
}

// Contact implements dialog.Layer.
func (sh *shard) Contact(f transport.Flow) sip.Uri { return sh.st.cfg.ContactFor(f) }

// Adopt implements dialog.Layer.
func (sh *shard) Adopt(callID, localTag string, d dialog.Dialog) {
	sh.dialogs[dialogKey{callID, localTag}] = d
	sh.st.dialogs.Add(1)
}

// Forget implements dialog.Layer.
func (sh *shard) Forget(callID, localTag string) {
	k := dialogKey{callID, localTag}
	if _, ok := sh.dialogs[k]; ok {
		delete(sh.dialogs, k)
		sh.st.dialogs.Add(-1)
	}
}

// timer is an entry of the heap. Loop-owned.
type timer struct {
	sh *shard
	at time.Time
	f  func()
	i  int // place in the heap, -1 outside
}

// After implements dialog.Layer.
func (sh *shard) After(d time.Duration, f func()) dialog.Timer { return sh.at(sh.Now().Add(d), f) }

func (sh *shard) at(when time.Time, f func()) *timer {
	t := &timer{sh: sh, at: when, f: f}
	heap.Push(&sh.timers, t)
	sh.st.timers.Add(1)
	return t
}

// Stop implements dialog.Timer.
func (t *timer) Stop() {
	if t.i >= 0 {
		heap.Remove(&t.sh.timers, t.i)
		t.sh.st.timers.Add(-1)
	}
}

// fire runs what is due and returns how long the shard may sleep.
func (sh *shard) fire() time.Duration {
	now := sh.Now()
	for len(sh.timers) > 0 {
		t := sh.timers[0]
		if d := t.at.Sub(now); d > 0 {
			return d
		}
		t.Stop()
		t.f()
	}
	return time.Hour
}

type timerHeap []*timer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].i, h[j].i = i, j
}
func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	t.i = len(*h)
	*h = append(*h, t)
}
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.i = -1
	return t
}
