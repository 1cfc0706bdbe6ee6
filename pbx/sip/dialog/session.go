package dialog

import (
	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// phase is where a session stands.
//
//	   INVITE in           INVITE out
//	      |                    |
//	   incoming             outgoing --Hangup--> cancelling
//	Accept|   \reject    2xx|    \ refused           | final, 64*T1
//	      v    \            |     \                  | (2xx: ACK, BYE)
//	  answered  \           |      \                 |
//	   ACK|  \64*T1: BYE    |       \                |
//	      v   \   \         v        v               v
//	      +--> established ------> ended <-----------+
//	             BYE either way
type phase uint8

const (
	incoming phase = iota
	outgoing
	cancelling
	answered
	established
	ended
)

// SessionHandler hears of a session, on the loop. It must not wait.
type SessionHandler interface {
	// Provisional: a 101 to 199 of the callee, with early media if sdp is not nil.
	Provisional(code int, reason string, sdp []byte)
	// Accepted: the callee answers. When our INVITE carried no offer, sdp is the
	// callee's and what is returned goes into the ACK; else it is ignored.
	Accepted(sdp []byte) (answer []byte)
	// Rejected: the callee's final response; Ended follows.
	Rejected(res *sip.Response)
	// Confirmed: the caller's ACK of our answer is here.
	Confirmed()
	// Offer: a re-INVITE or UPDATE. A nil sdp asks for an offer of ours. Status
	// 0 or 200 accepts.
	Offer(sdp []byte) (answer []byte, status int)
	// AnswerInAck: the peer's answer to an offer that we made in a 2xx.
	AnswerInAck(sdp []byte)
	// ReofferResult: the peer's final response to Reoffer or Update. A peer that
	// is silent or knows no such dialog ends the session instead.
	ReofferResult(status int, sdp []byte)
	// Info: an INFO; the status goes back, 0 is 200.
	Info(ctype string, body []byte) (status int)
	// Ended comes exactly once and last.
	Ended(End)
}

// Session is an INVITE session. Loop-owned; its public methods post to the loop.
type Session struct {
	peer
	handler SessionHandler
	phase   phase
	caller  bool // we sent the INVITE: owner of the Call-ID (§14.1)
	over    bool // Ended has been called

	srv      Server // incoming: the INVITE
	cli      Client // outgoing: the INVITE
	unacked  *unacked
	inviteNo uint32 // CSeq of our last INVITE
	offered  bool   // the INVITE carried an offer
	heard    bool   // outgoing: a provisional response is here
	hangup   string // Reason to send once it may be
	byeDue   bool   // BYE as soon as the ACK is here (§15)
	ack      func() // sends our last ACK again
	ackTag   string // whose 2xx it answers
	offer    *reoffer
	limit    Timer // 64*T1 after CANCEL
}

// NewIncoming is the session of a received INVITE. Called on the loop.
func NewIncoming(l Layer, srv Server) *Session {
	s := &Session{peer: answering(l, srv), phase: incoming, srv: srv}
	s.offered = len(srv.Message().Body()) > 0
	l.Adopt(s.callID, s.localTag, s)
	return s
}

// Handle sets who hears of the session. Called on the loop, before anything else.
func (s *Session) Handle(h SessionHandler) { s.handler = h }

// CallID is the dialog's Call-ID.
func (s *Session) CallID() string { return s.callID }

// Provisional sends a 101 to 199, with early media if sdp is not nil.
func (s *Session) Provisional(code int, reason string, sdp []byte) {
	s.layer.Post(func() {
		if s.phase != incoming || code <= 100 || code > 199 {
			return
		}
		res := s.response(s.srv, code, reason, Allow())
		setBody(res, "application/sdp", sdp)
		s.srv.Respond(res)
	})
}

// Accept answers the call with 200.
func (s *Session) Accept(sdp []byte) { s.layer.Post(func() { s.accept(sdp) }) }

// Reject refuses the call with a final response from 300 to 699.
func (s *Session) Reject(code int, reason string, hdrs ...sip.Header) {
	s.layer.Post(func() {
		if s.phase == incoming {
			s.reject(code, reason, hdrs...)
			s.end(End{By: Us, Status: code})
		}
	})
}

// Hangup ends the session the way its state asks: the response status (480 if
// it is none) before the answer, CANCEL for a call that rings, BYE for one that
// stands. Reason is the value of a Reason header or "".
func (s *Session) Hangup(status int, reason string) {
	s.layer.Post(func() { s.stop(status, reason) })
}

// Reoffer sends sdp in a re-INVITE. A session that is not confirmed yet sends it
// then. A 491 is retried after the pause of §14.1. An offer that is still
// waiting or on its way makes this one wait; the latest wins.
func (s *Session) Reoffer(sdp []byte) { s.layer.Post(func() { s.propose(sip.INVITE, sdp) }) }

// Update is Reoffer with an UPDATE (RFC 3311).
func (s *Session) Update(sdp []byte) { s.layer.Post(func() { s.propose(sip.UPDATE, sdp) }) }

// Info sends an INFO (RFC 6086). What the peer says to it is of no matter,
// except that it knows no such dialog.
func (s *Session) Info(ctype string, body []byte) {
	s.layer.Post(func() {
		if s.phase != established || s.over {
			return
		}
		req := s.request(sip.INFO, 0)
		setBody(req, ctype, body)
		s.layer.Request(s.flow, req, func(res *sip.Response, err error) { s.gone(res, err) })
	})
}

func (s *Session) stop(status int, reason string) {
	if s.over {
		return
	}
	switch s.phase {
	case incoming:
		if status < 300 || status > 699 {
			status = 480
		}
		s.reject(status, "", reasonHeader(reason)...)
		s.end(End{By: Us, Status: status})
	case outgoing:
		s.phase, s.hangup = cancelling, reason
		if s.heard {
			s.cancel()
		}
	case answered:
		s.byeDue, s.hangup = true, reason
	case established:
		s.bye(reason)
		s.tell(End{By: Us})
	}
}

// bye sends BYE; the dialog stays known until that is over, so that a BYE
// coming the other way is answered.
func (s *Session) bye(reason string) {
	s.dropOffer()
	s.phase = ended
	req := s.request(sip.BYE, 0, reasonHeader(reason)...)
	s.layer.Request(s.flow, req, func(res *sip.Response, err error) {
		if res == nil || res.StatusCode >= 200 {
			s.layer.Forget(s.callID, s.localTag)
		}
	})
}

// gone ends the session when a response says that the peer does not know it
// (§12.2.1.2), and says whether it did.
func (s *Session) gone(res *sip.Response, err error) bool {
	if err == nil && res.StatusCode != 481 && res.StatusCode != 408 {
		return false
	}
	if s.phase == established {
		s.bye("")
		s.tell(End{By: Lost})
	}
	return true
}

// tell calls Ended, once.
func (s *Session) tell(e End) {
	if !s.over {
		s.over = true
		s.settle()
		if s.handler != nil {
			s.handler.Ended(e)
		}
	}
}

// end forgets the dialog and calls Ended.
func (s *Session) end(e End) {
	s.phase = ended
	s.layer.Forget(s.callID, s.localTag)
	s.tell(e)
}

// settle stops every timer and lets go of what only a live session needs.
func (s *Session) settle() {
	s.dropOffer()
	s.settleAck()
	if s.limit != nil {
		s.limit.Stop()
	}
	s.srv, s.limit = nil, nil
}

// Abort implements Dialog.
func (s *Session) Abort() { s.end(End{By: Lost, Status: 503}) }

// Flow is where the peer is. Called on the loop only.
func (s *Session) Flow() transport.Flow { return s.flow }
