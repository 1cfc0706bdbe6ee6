package dialog

import (
	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// Invite says whom to call and how.
type Invite struct {
	CallID   string // "" for a new one
	Target   sip.Uri
	Flow     transport.Flow
	Route    []sip.Uri
	From, To Party
	Asserted *Party // P-Asserted-Identity (RFC 3325)
	SDP      []byte // nil asks the callee for the offer
	Headers  []sip.Header
}

// NewOutgoing is the session of a call of ours; callID and tag are fresh. It
// may be called on any goroutine; Start sends the INVITE, on the loop.
func NewOutgoing(l Layer, inv Invite, tag string, h SessionHandler) *Session {
	return &Session{phase: outgoing, caller: true, handler: h, offered: len(inv.SDP) > 0, peer: peer{
		layer: l, flow: inv.Flow, callID: inv.CallID, localTag: tag,
		local: inv.From, remote: inv.To, target: inv.Target, routes: inv.Route}}
}

// Start sends the INVITE. Called on the loop, once.
func (s *Session) Start(inv Invite) {
	s.layer.Adopt(s.callID, s.localTag, s)
	req := s.request(sip.INVITE, 0, Allow())
	if a := inv.Asserted; a != nil {
		h := sip.FromHeader{DisplayName: a.Name, Address: a.URI}
		req.AppendHeader(sip.NewHeader("P-Asserted-Identity", h.Value()))
	}
	for _, h := range inv.Headers {
		req.AppendHeader(h)
	}
	setBody(req, "application/sdp", inv.SDP)
	s.inviteNo = s.localSeq
	s.cli = s.layer.Request(s.flow, req, s.response1)
}

// response1 takes what the INVITE transaction passes up.
func (s *Session) response1(res *sip.Response, err error) {
	switch {
	case res == nil:
		s.unanswered(err)
	case res.StatusCode < 200:
		s.provisional(res)
	case res.StatusCode < 300:
		s.success(res)
	default:
		s.refused(res)
	}
}

func (s *Session) unanswered(err error) {
	status := 408
	if err == ErrTransport {
		status = 503
	}
	if s.phase == outgoing || s.phase == cancelling {
		s.end(End{By: Lost, Status: status})
	}
}

func (s *Session) provisional(res *sip.Response) {
	first := !s.heard
	s.heard = true
	if s.phase == cancelling && first {
		s.cancel()
		return
	}
	if s.phase != outgoing || res.StatusCode == 100 {
		return
	}
	if res.To().Params.Has("tag") {
		s.establish(res)
	}
	s.handler.Provisional(res.StatusCode, res.Reason, res.Body())
}

// success takes a 2xx: the first makes the dialog, its repetitions get the ACK
// again, those of other branches are ended (§13.2.2.4).
func (s *Session) success(res *sip.Response) {
	tag, _ := res.To().Params.Get("tag")
	if s.ack != nil && tag == s.ackTag {
		s.ack()
		return
	}
	if s.phase != outgoing && s.phase != cancelling {
		s.endBranch(res)
		return
	}
	s.establish(res)
	s.ackTag = tag
	if s.phase == cancelling { // the CANCEL came too late
		s.ack = s.layer.Ack(s.flow, s.request(sip.ACK, s.inviteNo))
		s.bye(s.hangup)
		s.tell(End{By: Us})
		return
	}
	s.phase = established
	answer := s.handler.Accepted(res.Body())
	ack := s.request(sip.ACK, s.inviteNo)
	if !s.offered {
		setBody(ack, "application/sdp", answer)
	}
	s.ack = s.layer.Ack(s.flow, ack)
	s.limit = s.layer.After(s.layer.Timers().Life(), func() { s.ack, s.cli = nil, nil }) // Timer M: no 2xx comes any more
	s.pushOffer()
}

// endBranch answers and ends the dialog of another branch of our INVITE.
func (s *Session) endBranch(res *sip.Response) {
	p := s.peer
	p.localSeq = s.inviteNo
	p.establish(res)
	p.layer.Ack(p.flow, p.request(sip.ACK, s.inviteNo))
	p.layer.Request(p.flow, p.request(sip.BYE, 0), func(*sip.Response, error) {})
}

func (s *Session) refused(res *sip.Response) {
	switch s.phase {
	case outgoing:
		s.phase = ended
		s.handler.Rejected(res)
		s.end(endOf(Peer, res.StatusCode, res))
	case cancelling:
		s.end(endOf(Us, res.StatusCode, res))
	}
}

// cancel sends CANCEL, and gives the callee 64*T1 to say its final word (§9.1).
func (s *Session) cancel() {
	s.cli.Cancel(reasonHeader(s.hangup)...)
	s.limit = s.layer.After(s.layer.Timers().Life(), func() {
		s.cli.Abandon()
		s.end(End{By: Us, Status: 487})
	})
}
