package stack

import (
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/dialog"
	"github.com/timbre-pbx/timbre/pbx/sip/transaction"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// clientTx is a client transaction. Loop-owned by its shard. It is the
// dialog.Client of its request.
type clientTx struct {
	sh    *shard
	key   string
	m     transaction.Machine
	flow  transport.Flow
	msg   []byte       // until a response is here
	req   *sip.Request // of an INVITE, for CANCEL and ACK
	ack   []byte       // of a 300 to 699
	done  func(*sip.Response, error)
	timer *timer
}

func (sh *shard) via(f transport.Flow, branch string) *sip.ViaHeader {
	c := sh.Contact(f)
	v := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: f.Proto.String(), Host: c.Host, Port: c.Port}
	v.Params.Add("branch", branch)
	v.Params.Add("rport", "")
	return v
}

// Request implements dialog.Layer.
func (sh *shard) Request(f transport.Flow, req *sip.Request, done func(*sip.Response, error)) dialog.Client {
	branch := "z9hG4bK" + sh.st.token(12)
	req.PrependHeader(sh.via(f, branch))
	return sh.ask(f, req, branch, done)
}

func (sh *shard) ask(f transport.Flow, req *sip.Request, branch string, done func(*sip.Response, error)) *clientTx {
	tx := &clientTx{sh: sh, key: branch + "|" + string(req.Method), flow: f, msg: sh.st.bytes(req), done: done}
	now, reliable := sh.Now(), f.Proto.Reliable()
	if req.Method == sip.INVITE {
		tx.req = req
		tx.m = transaction.NewInviteClient(now, sh.st.cfg.Timers, reliable)
	} else {
		tx.m = transaction.NewClient(now, sh.st.cfg.Timers, reliable)
	}
	sh.clients[tx.key] = tx
	sh.st.transactions.Add(1)
	tx.schedule()
	if err := sh.st.cfg.Send.Send(f, tx.msg); err != nil {
		sh.Post(func() { tx.step(transaction.SendError, nil) })
	}
	return tx
}

// Ack implements dialog.Layer.
func (sh *shard) Ack(f transport.Flow, req *sip.Request) func() {
	req.PrependHeader(sh.via(f, "z9hG4bK"+sh.st.token(12)))
	msg := sh.st.bytes(req)
	again := func() { _ = sh.st.cfg.Send.Send(f, msg) }
	again()
	return again
}

func (tx *clientTx) schedule() {
	tx.sh.schedule(&tx.timer, tx.m, func() { tx.timer = nil; tx.step(transaction.Tick, nil) })
}

// response takes a response off the wire.
func (sh *shard) response(res *sip.Response) {
	branch, _ := res.Via().Params.Get("branch")
	tx := sh.clients[branch+"|"+string(res.CSeq().MethodName)]
	if tx == nil {
		return
	}
	ev := transaction.Failure
	switch {
	case res.StatusCode < 200:
		ev = transaction.Provisional
	case res.StatusCode < 300:
		ev = transaction.Success
	}
	tx.step(ev, res)
}

// step feeds the machine and carries out its effects.
func (tx *clientTx) step(ev transaction.Event, res *sip.Response) {
	if tx.m.State() == transaction.Terminated {
		return
	}
	e := tx.m.Step(tx.sh.Now(), ev)
	if e&transaction.Impossible != 0 {
		tx.sh.st.impossible.Add(1)
	}
	if e&transaction.Send != 0 {
		_ = tx.sh.st.cfg.Send.Send(tx.flow, tx.msg)
	}
	if e&transaction.SendAck != 0 {
		tx.sendAck(res)
	}
	if tx.m.State() >= transaction.Completed {
		tx.msg, tx.req = nil, nil
	}
	if e&transaction.Done != 0 {
		tx.forget()
	} else {
		tx.schedule()
	}
	switch {
	case e&transaction.Pass != 0:
		tx.done(res, nil)
	case e&transaction.Timeout != 0:
		tx.done(nil, dialog.ErrTimeout)
	case e&transaction.Broken != 0:
		tx.done(nil, dialog.ErrTransport)
	}
}

func (tx *clientTx) forget() {
	if tx.sh.clients[tx.key] == tx {
		delete(tx.sh.clients, tx.key)
		tx.sh.st.transactions.Add(-1)
	}
	if tx.timer != nil {
		tx.timer.Stop()
		tx.timer = nil
	}
}

// sendAck sends the ACK of a refused INVITE (RFC 3261 §17.1.1.3).
func (tx *clientTx) sendAck(res *sip.Response) {
	if tx.ack == nil {
		tx.ack = tx.sh.st.bytes(sibling(tx.req, sip.ACK, res.To()))
	}
	_ = tx.sh.st.cfg.Send.Send(tx.flow, tx.ack)
}

// Cancel implements dialog.Client (RFC 3261 §9.1).
func (tx *clientTx) Cancel(hdrs ...sip.Header) {
	if tx.req == nil {
		return
	}
	req := sibling(tx.req, sip.CANCEL, tx.req.To())
	for _, h := range hdrs {
		req.AppendHeader(h)
	}
	branch, _, _ := strings.Cut(tx.key, "|")
	tx.sh.ask(tx.flow, req, branch, func(*sip.Response, error) {})
}

// Abandon implements dialog.Client.
func (tx *clientTx) Abandon() {
	tx.done = func(*sip.Response, error) {}
	tx.forget()
}

// sibling is the ACK or CANCEL that shares the INVITE's branch.
func sibling(inv *sip.Request, method sip.RequestMethod, to *sip.ToHeader) *sip.Request {
	req := sip.NewRequest(method, inv.Recipient)
	req.AppendHeader(sip.HeaderClone(inv.Via()))
	for _, h := range inv.GetHeaders("Route") {
		req.AppendHeader(sip.HeaderClone(h))
	}
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(sip.HeaderClone(inv.From()))
	req.AppendHeader(sip.HeaderClone(to))
	req.AppendHeader(sip.HeaderClone(inv.CallID()))
	req.AppendHeader(&sip.CSeqHeader{SeqNo: inv.CSeq().SeqNo, MethodName: method})
	req.AppendHeader(&hops)
	req.SetBody(nil)
	return req
}
