package dialog

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// unacked is a 2xx of ours whose ACK is missing. Loop-owned.
type unacked struct {
	srv      Server
	seq      uint32
	initial  bool
	offer    bool // the 2xx carries our offer: the ACK carries the answer
	interval time.Duration
	deadline time.Time
	timer    Timer
}

func (s *Session) accept(sdp []byte) {
	if s.phase != incoming {
		return
	}
	srv := s.srv
	s.phase, s.srv = answered, nil
	s.sendOK(srv, sdp, !s.offered, true)
}

// sendOK sends the 2xx of an INVITE and repeats it until the ACK is here, over
// every transport (§13.3.1.4).
func (s *Session) sendOK(srv Server, sdp []byte, offer, initial bool) {
	t := s.layer.Timers()
	u := &unacked{srv: srv, seq: srv.Message().CSeq().SeqNo, initial: initial, offer: offer,
		interval: t.T1, deadline: s.layer.Now().Add(t.Life())}
	res := s.response(srv, 200, "", Allow())
	setBody(res, "application/sdp", sdp)
	s.unacked = u
	srv.Respond(res)
	u.timer = s.layer.After(u.interval, s.repeatOK)
}

func (s *Session) repeatOK() {
	u := s.unacked
	if u == nil {
		return
	}
	left := u.deadline.Sub(s.layer.Now())
	if left <= 0 {
		s.unacked = nil
		s.bye(s.hangup)
		s.tell(End{By: Lost})
		return
	}
	u.srv.Resend()
	u.interval = min(2*u.interval, s.layer.Timers().T2)
	u.timer = s.layer.After(min(u.interval, left), s.repeatOK)
}

func (s *Session) settleAck() {
	if s.unacked != nil {
		s.unacked.timer.Stop()
		s.unacked = nil
	}
}

// Ack implements Dialog.
func (s *Session) Ack(req *sip.Request) {
	u := s.unacked
	if tag, _ := req.From().Params.Get("tag"); u == nil || req.CSeq().SeqNo != u.seq || tag != s.remoteTag {
		return
	}
	s.settleAck()
	if u.initial {
		s.phase = established
	}
	if s.byeDue {
		s.bye(s.hangup)
		s.tell(End{By: Us})
		return
	}
	if u.offer && len(req.Body()) > 0 {
		s.handler.AnswerInAck(req.Body())
	}
	if u.initial {
		s.handler.Confirmed()
	}
	s.pushOffer()
}

func (s *Session) reject(code int, reason string, hdrs ...sip.Header) {
	s.reply(s.srv, code, reason, hdrs...)
}

// Cancelled takes the CANCEL of the INVITE, which the loop has answered.
func (s *Session) Cancelled(req *sip.Request) {
	if s.phase == incoming {
		s.reject(487, "")
		s.end(endOf(Peer, 487, req))
	}
}

// Request implements Dialog.
func (s *Session) Request(srv Server) {
	req := srv.Message()
	if !s.accepts(srv) {
		return
	}
	if s.phase == ended && req.Method != sip.BYE {
		s.reply(srv, 481, "")
		return
	}
	switch req.Method {
	case sip.BYE:
		s.remoteBye(srv)
	case sip.INVITE, sip.UPDATE:
		s.remoteOffer(srv)
	case sip.INFO:
		status := 481
		if !s.over && s.handler != nil {
			ctype := ""
			if h := req.ContentType(); h != nil {
				ctype = h.Value()
			}
			status = s.handler.Info(ctype, req.Body())
		}
		s.reply(srv, okOr(status), "")
	case sip.OPTIONS:
		s.reply(srv, 200, "", Allow(), sip.NewHeader("Accept", "application/sdp"))
	default:
		s.reply(srv, 405, "", Allow())
	}
}

func okOr(status int) int {
	if status == 0 {
		return 200
	}
	return status
}

func (s *Session) remoteBye(srv Server) {
	req := srv.Message()
	s.reply(srv, 200, "")
	switch s.phase {
	case ended: // ours is on its way too
	case incoming: // §15.1.2: the INVITE that is still open gets 487
		s.reject(487, "")
		s.end(endOf(Peer, 487, req))
	default:
		if s.cli != nil && s.phase != established {
			s.cli.Abandon()
		}
		s.end(endOf(Peer, 0, req))
	}
}

// remoteOffer takes a re-INVITE or an UPDATE (§14.2, RFC 3311 §5.2).
func (s *Session) remoteOffer(srv Server) {
	req := srv.Message()
	body := req.Body()
	invite := req.Method == sip.INVITE
	switch {
	case !invite && len(body) == 0:
		s.refresh(req)
		s.reply(srv, 200, "", Allow())
		return
	case s.offer != nil && s.offer.sent || s.phase == outgoing || s.phase == cancelling:
		s.reply(srv, 491, "")
		return
	case s.unacked != nil || s.phase == incoming:
		s.reply(srv, 500, "Offer Pending", sip.NewHeader("Retry-After", "1"))
		return
	}
	s.refresh(req)
	answer, status := s.handler.Offer(body)
	switch status = okOr(status); {
	case s.over:
		s.reply(srv, 487, "")
	case status < 200 || status >= 300:
		s.reply(srv, status, "")
	case invite:
		s.sendOK(srv, answer, len(body) == 0, false)
	default:
		res := s.response(srv, 200, "", Allow())
		setBody(res, "application/sdp", answer)
		srv.Respond(res)
	}
}
