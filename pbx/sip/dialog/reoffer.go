package dialog

import (
	"time"

	"github.com/emiago/sipgo/sip"
)

// retries is how often an offer that meets 491 is sent again.
const retries = 5

// reoffer is an offer of ours within the session: waiting, sent, or pausing
// after a 491 (§14.1). Loop-owned.
type reoffer struct {
	method sip.RequestMethod
	sdp    []byte
	next   *reoffer // what to offer after this one
	sent   bool
	tries  int
	seq    uint32
	ack    func()
	pause  Timer
}

func (s *Session) propose(method sip.RequestMethod, sdp []byte) {
	o := &reoffer{method: method, sdp: sdp}
	switch {
	case s.over || s.phase == ended:
		return
	case s.offer != nil && s.offer.sent:
		s.offer.next = o
		return
	}
	s.dropOffer()
	s.offer = o
	s.pushOffer()
}

// pushOffer sends the waiting offer if the session allows it now.
func (s *Session) pushOffer() {
	o := s.offer
	if o == nil || o.sent || o.pause != nil || s.phase != established || s.unacked != nil {
		return
	}
	o.sent = true
	o.tries++
	req := s.request(o.method, 0, Allow())
	setBody(req, "application/sdp", o.sdp)
	o.seq = s.localSeq
	s.layer.Request(s.flow, req, func(res *sip.Response, err error) { s.offerResult(o, res, err) })
}

func (s *Session) offerResult(o *reoffer, res *sip.Response, err error) {
	if res != nil && res.StatusCode < 200 {
		return
	}
	if res != nil && res.StatusCode < 300 && o.method == sip.INVITE {
		if o.ack == nil {
			s.refresh(res)
			o.ack = s.layer.Ack(s.flow, s.request(sip.ACK, o.seq))
		} else {
			o.ack()
			return
		}
	}
	if s.offer != o || s.over {
		return
	}
	if s.gone(res, err) {
		return
	}
	if res.StatusCode == 491 && o.tries <= retries && o.next == nil {
		o.sent = false
		o.pause = s.layer.After(s.backOff(), func() {
			o.pause = nil
			s.pushOffer()
		})
		return
	}
	if res.StatusCode < 300 {
		s.refresh(res)
	}
	s.offer = o.next
	s.handler.ReofferResult(res.StatusCode, res.Body())
	s.pushOffer()
}

// backOff is the pause after a 491: 2.1 to 4 s for the owner of the Call-ID, up
// to 2 s for the other, in steps of 10 ms.
func (s *Session) backOff() time.Duration {
	const step = 10 * time.Millisecond
	if s.caller {
		return (2100*time.Millisecond + s.layer.Jitter(1900*time.Millisecond)).Truncate(step)
	}
	return s.layer.Jitter(2 * time.Second).Truncate(step)
}

func (s *Session) dropOffer() {
	if s.offer != nil && s.offer.pause != nil {
		s.offer.pause.Stop()
	}
	s.offer = nil
}
