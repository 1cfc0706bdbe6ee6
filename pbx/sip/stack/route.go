package stack

import (
	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/dialog"
	"github.com/timbre-pbx/timbre/pbx/sip/message"
	"github.com/timbre-pbx/timbre/pbx/sip/transaction"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// message is the way of one message: transaction, dialog, admission.
func (sh *shard) message(a arrival) {
	if res, ok := a.msg.(*sip.Response); ok {
		sh.response(res)
		return
	}
	req := a.msg.(*sip.Request)
	switch req.Method {
	case sip.ACK:
		sh.acknowledge(req)
		return
	case sip.CANCEL:
		sh.cancel(req, a.flow)
		return
	}
	if tx := sh.servers[serverKey(req, req.Method)]; tx != nil {
		tx.step(transaction.Request)
		return
	}
	if tag, _ := req.To().Params.Get("tag"); tag != "" {
		tx := sh.serve(req, a.flow)
		if d := sh.dialogs[dialogKey{req.CallID().Value(), tag}]; d != nil {
			d.Request(tx)
		} else {
			tx.reply(481, "")
		}
		return
	}
	sh.fresh(req, a.flow)
}

// acknowledge takes an ACK: of a refusal to its transaction, of a 2xx to its
// dialog.
func (sh *shard) acknowledge(req *sip.Request) {
	if tx := sh.servers[serverKey(req, sip.INVITE)]; tx != nil {
		if tx.m.State() == transaction.Proceeding {
			return // an ACK of nothing
		}
		if tx.step(transaction.Ack)&transaction.Pass == 0 {
			return
		}
	}
	tag, _ := req.To().Params.Get("tag")
	if d := sh.dialogs[dialogKey{req.CallID().Value(), tag}]; d != nil {
		d.Ack(req)
	}
}

// cancel takes a CANCEL (RFC 3261 §9.2).
func (sh *shard) cancel(req *sip.Request, f transport.Flow) {
	if tx := sh.servers[serverKey(req, sip.CANCEL)]; tx != nil {
		tx.step(transaction.Request)
		return
	}
	inv := sh.servers[serverKey(req, sip.INVITE)]
	if inv == nil { // no state for what matches nothing
		sh.st.send(f, message.Respond(req, 481, dialog.Phrase(481), sh.Token()))
		return
	}
	sh.serve(req, f).reply(200, "")
	if inv.session != nil {
		inv.session.Cancelled(req)
	}
}

// fresh takes a request outside of dialogs.
func (sh *shard) fresh(req *sip.Request, f transport.Flow) {
	h := sh.st.cfg.Handler
	switch req.Method {
	case sip.INVITE, sip.SUBSCRIBE, sip.REGISTER, sip.OPTIONS, sip.MESSAGE, sip.PUBLISH:
	case sip.BYE, sip.UPDATE, sip.INFO, sip.NOTIFY, sip.PRACK:
		sh.st.send(f, message.Respond(req, 481, dialog.Phrase(481), sh.Token()))
		return
	default:
		sh.st.send(f, message.Respond(req, 405, dialog.Phrase(405), sh.Token(), dialog.Allow()))
		return
	}
	v := h.Admit(req, f, sh.Now())
	switch {
	case v.Drop:
		return
	case v.Response != nil:
		sh.st.send(f, v.Response)
		return
	}
	tx := sh.serve(req, f)
	switch req.Method {
	case sip.INVITE:
		tx.reply(100, "")
		s := dialog.NewIncoming(sh, tx)
		tx.session = s
		if sh := h.Invite(s, req, v.Grant); sh != nil {
			s.Handle(sh)
		} else {
			s.Reject(503, "")
		}
	case sip.SUBSCRIBE:
		h.Subscribe(dialog.NewSubscription(sh, tx), req, v.Grant)
	default:
		h.Request(&Responder{tx}, req, v.Grant)
	}
}
