package stack

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"hash/maphash"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
	"golang.org/x/sync/errgroup"

	"github.com/timbre-pbx/timbre/pbx/sip/dialog"
	"github.com/timbre-pbx/timbre/pbx/sip/message"
	"github.com/timbre-pbx/timbre/pbx/sip/transaction"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// Verdict is what Admit says of a request.
type Verdict struct {
	Response *sip.Response // sent without keeping state; nil admits
	Drop     bool          // say nothing
	Grant    any           // goes with the admitted request
}

// Handler decides about requests outside of dialogs. It is called on shards, on
// several at once, and must not wait.
type Handler interface {
	// Admit comes before any state exists.
	Admit(req *sip.Request, flow transport.Flow, now time.Time) Verdict
	// Invite takes a new call; nil refuses it with 503. The session's methods
	// may be called at once.
	Invite(s *dialog.Session, req *sip.Request, grant any) dialog.SessionHandler
	// Request takes any other method.
	Request(r *Responder, req *sip.Request, grant any)
	// Subscribe takes a new subscription.
	Subscribe(sub *dialog.Subscription, req *sip.Request, grant any)
}

// Config is what a stack needs. Send, Handler and ContactFor are required.
type Config struct {
	Send       transport.Sender
	Handler    Handler
	ContactFor func(transport.Flow) sip.Uri // where the flow's peer reaches us; its host and port also go into Via
	UserAgent  string                       // Server and User-Agent; "" for none
	Log        *slog.Logger                 // nil discards
	Now        func() time.Time             // nil is time.Now
	Rand       io.Reader                    // nil is crypto/rand
	Shards     int                          // 0 is GOMAXPROCS
	Mailbox    int                          // messages a shard lets wait; 0 is 1024
	Timers     transaction.Timers           // zero is transaction.Standard
}

// Stack is the SIP of the box. Immutable but for its shards and counters.
type Stack struct {
	cfg    Config
	seed   maphash.Seed
	shards []*shard
	randMu sync.Mutex // guards cfg.Rand

	transactions, dialogs, timers, impossible, dropped atomic.Int64
}

// New makes a stack; Run starts it.
func New(cfg Config) *Stack {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	if cfg.Shards <= 0 {
		cfg.Shards = runtime.GOMAXPROCS(0)
	}
	if cfg.Mailbox <= 0 {
		cfg.Mailbox = 1024
	}
	if cfg.Timers == (transaction.Timers{}) {
		cfg.Timers = transaction.Standard()
	}
	st := &Stack{cfg: cfg, seed: maphash.MakeSeed()}
	for range cfg.Shards {
		st.shards = append(st.shards, newShard(st))
	}
	return st
}

// Run works until ctx ends; what is left then is ended without a message.
func (st *Stack) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, sh := range st.shards {
		g.Go(func() error { return sh.run(ctx) })
	}
	return g.Wait()
}

// Stats counts what the stack holds and what went wrong.
type Stats struct {
	Transactions, Dialogs, Timers int64
	Impossible                    int64 // events that a transaction's state cannot have
	Dropped                       int64 // messages that found a full mailbox
}

// Stats may be called from any goroutine.
func (st *Stack) Stats() Stats {
	return Stats{st.transactions.Load(), st.dialogs.Load(), st.timers.Load(), st.impossible.Load(), st.dropped.Load()}
}

// Receive takes a message off the wire. It never waits and may be called from
// any goroutine.
func (st *Stack) Receive(p transport.Packet) {
	parse := message.Parse
	if p.Flow.Proto.Reliable() {
		parse = message.ParseStream
	}
	msg, fault := parse(p.Data)
	if fault != nil {
		if req := fault.Request; req != nil && req.Method != sip.ACK {
			message.FixVia(req, p.Flow.Remote)
			st.send(p.Flow, message.Respond(req, fault.Status, fault.Reason, st.token(8), fault.Headers...))
		}
		st.cfg.Log.Debug("sip message refused", "from", p.Flow.Remote, "status", fault.Status, "reason", fault.Reason)
		return
	}
	sh := st.shard(msg.CallID().Value())
	req, _ := msg.(*sip.Request)
	if req != nil {
		message.FixVia(req, p.Flow.Remote)
		if req.Method == sip.INVITE && !req.To().Params.Has("tag") && len(sh.in) >= cap(sh.in)*3/4 {
			st.dropped.Add(1)
			st.send(p.Flow, message.Respond(req, 503, dialog.Phrase(503), st.token(8), sip.NewHeader("Retry-After", "5")))
			return
		}
	}
	select {
	case sh.in <- arrival{msg, p.Flow}:
	default:
		st.dropped.Add(1)
	}
}

// Originate calls somebody. It may be called from any goroutine; the handler's
// first callback may come before it returns.
func (st *Stack) Originate(inv dialog.Invite, h dialog.SessionHandler) *dialog.Session {
	if inv.CallID == "" {
		inv.CallID = st.token(16)
	}
	sh := st.shard(inv.CallID)
	s := dialog.NewOutgoing(sh, inv, st.token(8), h)
	sh.Post(func() { s.Start(inv) })
	return s
}

func (st *Stack) shard(callID string) *shard {
	return st.shards[maphash.String(st.seed, callID)%uint64(len(st.shards))]
}

// token is n random bytes as hexadecimal digits.
func (st *Stack) token(n int) string {
	b := make([]byte, n)
	st.randMu.Lock()
	defer st.randMu.Unlock()
	if _, err := io.ReadFull(st.cfg.Rand, b); err != nil {
		panic("the source of randomness fails: " + err.Error())
	}
	return hex.EncodeToString(b)
}

// bytes is the message as it goes out.
func (st *Stack) bytes(m sip.Message) []byte {
	if ua := st.cfg.UserAgent; ua != "" {
		name := "User-Agent"
		if _, ok := m.(*sip.Response); ok {
			name = "Server"
		}
		if len(m.GetHeaders(name)) == 0 {
			m.AppendHeader(sip.NewHeader(name, ua))
		}
	}
	return []byte(m.String())
}

func (st *Stack) send(f transport.Flow, m sip.Message) { _ = st.cfg.Send.Send(f, st.bytes(m)) }
