package stack

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/dialog"
	"github.com/timbre-pbx/timbre/pbx/sip/message"
	"github.com/timbre-pbx/timbre/pbx/sip/transaction"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// serverTx is a server transaction: machine, flow, and the last response as
// bytes. Loop-owned by its shard. It is the dialog.Server of its request.
type serverTx struct {
	sh      *shard
	key     string
	m       transaction.Machine
	flow    transport.Flow
	req     *sip.Request    // until the final response
	session *dialog.Session // of a new INVITE, for its CANCEL
	last    []byte
	timer   *timer
}

// serverKey names the transaction that a request belongs to (RFC 3261 §17.2.3).
func serverKey(req *sip.Request, method sip.RequestMethod) string {
	via := req.Via()
	if b, _ := via.Params.Get("branch"); strings.HasPrefix(b, "z9hG4bK") {
		return b + "|" + via.Host + "|" + strconv.Itoa(via.Port) + "|" + string(method)
	}
	tag, _ := req.From().Params.Get("tag")
	return req.CallID().Value() + "|" + tag + "|" + strconv.Itoa(int(req.CSeq().SeqNo)) + "|" + via.Host + "|" + string(method)
}

func (sh *shard) serve(req *sip.Request, f transport.Flow) *serverTx {
	tx := &serverTx{sh: sh, key: serverKey(req, req.Method), flow: f, req: req}
	if req.Method == sip.INVITE {
		tx.m = transaction.NewInviteServer(sh.st.cfg.Timers, f.Proto.Reliable())
	} else {
		tx.m = transaction.NewServer(sh.st.cfg.Timers, f.Proto.Reliable())
	}
	sh.servers[tx.key] = tx
	sh.st.transactions.Add(1)
	return tx
}

// Message implements dialog.Server.
func (tx *serverTx) Message() *sip.Request { return tx.req }

// Flow implements dialog.Server.
func (tx *serverTx) Flow() transport.Flow { return tx.flow }

// Respond implements dialog.Server.
func (tx *serverTx) Respond(res *sip.Response) {
	if tx.req == nil {
		return
	}
	tx.last = tx.sh.st.bytes(res)
	ev := transaction.Provisional
	if res.StatusCode >= 200 {
		tx.req, tx.session = nil, nil
		ev = transaction.Failure
		if res.StatusCode < 300 {
			ev = transaction.Success
		}
	}
	tx.step(ev)
}

// Resend implements dialog.Server.
func (tx *serverTx) Resend() {
	if tx.m.State() == transaction.Accepted {
		tx.step(transaction.Success)
	}
}

// step feeds the machine and carries out its effects.
func (tx *serverTx) step(ev transaction.Event) transaction.Effect {
	e := tx.m.Step(tx.sh.Now(), ev)
	if e&transaction.Impossible != 0 {
		tx.sh.st.impossible.Add(1)
	}
	if e&transaction.Send != 0 && tx.last != nil {
		// A lost response is the peer's to ask for again: the request or the
		// 2xx is repeated until somebody gives up.
		_ = tx.sh.st.cfg.Send.Send(tx.flow, tx.last)
	}
	if e&transaction.Done != 0 {
		tx.forget()
		return e
	}
	tx.sh.schedule(&tx.timer, tx.m, func() { tx.timer = nil; tx.step(transaction.Tick) })
	return e
}

func (tx *serverTx) forget() {
	if tx.sh.servers[tx.key] == tx {
		delete(tx.sh.servers, tx.key)
		tx.sh.st.transactions.Add(-1)
	}
	if tx.timer != nil {
		tx.timer.Stop()
		tx.timer = nil
	}
}

// schedule makes *t the timer that the machine asks for.
func (sh *shard) schedule(t **timer, m transaction.Machine, f func()) {
	next := m.Next()
	if *t != nil {
		if (*t).at.Equal(next) {
			return
		}
		(*t).Stop()
		*t = nil
	}
	if !next.IsZero() {
		*t = sh.at(next, f)
	}
}

// Responder answers a request outside of dialogs. Its methods may be called
// from any goroutine.
type Responder struct{ tx *serverTx }

// Flow is where the request came from.
func (r *Responder) Flow() transport.Flow { return r.tx.flow }

// Respond sends a response; what comes after a final one is dropped.
func (r *Responder) Respond(res *sip.Response) { r.tx.sh.Post(func() { r.tx.Respond(res) }) }

// Reply is Respond with a response made of the parts. An empty reason is the
// status's own.
func (r *Responder) Reply(code int, reason string, hdrs ...sip.Header) {
	r.tx.sh.Post(func() { r.tx.reply(code, reason, hdrs...) })
}

func (tx *serverTx) reply(code int, reason string, hdrs ...sip.Header) {
	if tx.req == nil {
		return
	}
	if reason == "" {
		reason = dialog.Phrase(code)
	}
	tx.Respond(message.Respond(tx.req, code, reason, tx.sh.Token(), hdrs...))
}
