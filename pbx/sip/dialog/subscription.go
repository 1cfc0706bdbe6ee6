package dialog

import (
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Body makes the body of a NOTIFY at the moment it is sent, on the loop: a
// version counter counts what really goes out.
type Body func() (ctype string, body []byte)

// Bounds are the limits of a subscription's life.
type Bounds struct{ Min, Default, Max time.Duration }

// Subscription is the notifier's side of a subscription (RFC 6665 §4.2).
// Loop-owned; its public methods post to the loop.
//
//	SUBSCRIBE in        refresh: 200, NOTIFY
//	    |                    +---+
//	 pending --Accept--> active  | --Expires 0, silence, Terminate--> final NOTIFY --> over
//	    |                    +---+ --NOTIFY refused or unanswered--------------------> over
//	    +--Reject--> over
//
// One NOTIFY is in flight; states that come meanwhile melt into the next.
type Subscription struct {
	peer
	event    string
	srv      Server
	bounds   Bounds
	body     Body
	onEnd    func(reason string)
	expires  time.Time
	timer    Timer
	inFlight bool
	dirty    bool
	final    string // reason of the last NOTIFY, once there is one
	finished bool
}

// NewSubscription is the dialog of a received SUBSCRIBE. Called on the loop.
func NewSubscription(l Layer, srv Server) *Subscription {
	s := &Subscription{peer: answering(l, srv), srv: srv}
	if h := srv.Message().GetHeader("Event"); h != nil {
		s.event = h.Value()
	}
	l.Adopt(s.callID, s.localTag, s)
	return s
}

// Event is the Event header as the subscriber wrote it. Immutable.
func (s *Subscription) Event() string { return s.event }

// Accept answers 200, sends the first NOTIFY and keeps the subscription until
// it ends; onEnd then gets why, once, on the loop. A life below b.Min is
// refused with 423.
func (s *Subscription) Accept(b Bounds, body Body, onEnd func(reason string)) {
	s.layer.Post(func() {
		if s.srv == nil {
			return
		}
		srv := s.srv
		s.bounds, s.body, s.onEnd = b, body, onEnd
		if !s.renew(srv) {
			s.finish("rejected")
		}
		s.srv = nil
	})
}

// Reject refuses the subscription.
func (s *Subscription) Reject(code int, reason string, hdrs ...sip.Header) {
	s.layer.Post(func() {
		if s.srv != nil {
			s.reply(s.srv, code, reason, hdrs...)
			s.finish("rejected")
		}
	})
}

// Notify sends the state that body tells; the latest body wins.
func (s *Subscription) Notify(body Body) {
	s.layer.Post(func() {
		if s.finished || s.final != "" {
			return
		}
		s.body = body
		if s.srv == nil {
			s.notify()
		}
	})
}

// Terminate ends the subscription with a last NOTIFY; the reason is one of RFC
// 6665 §4.1.3: deactivated, probation, rejected, timeout, giveup, noresource.
func (s *Subscription) Terminate(reason string) {
	s.layer.Post(func() {
		if s.srv == nil {
			s.terminate(reason)
		}
	})
}

// renew sets the life that a SUBSCRIBE asks for and answers it.
func (s *Subscription) renew(srv Server) bool {
	life := s.bounds.Default
	if h := srv.Message().GetHeader("Expires"); h != nil {
		n, err := strconv.ParseUint(h.Value(), 10, 32)
		if err != nil {
			s.reply(srv, 400, "Bad Expires")
			return false
		}
		life = time.Duration(n) * time.Second
	}
	if life > 0 && life < s.bounds.Min {
		s.reply(srv, 423, "", sip.NewHeader("Min-Expires", seconds(s.bounds.Min)))
		return false
	}
	life = min(life, s.bounds.Max)
	s.reply(srv, 200, "", sip.NewHeader("Expires", seconds(life)))
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	s.expires = s.layer.Now().Add(life)
	if life == 0 {
		s.terminate("timeout")
		return true
	}
	s.timer = s.layer.After(life, func() { s.terminate("timeout") })
	s.notify()
	return true
}

func (s *Subscription) terminate(reason string) {
	if s.final == "" && !s.finished {
		s.final = reason
		s.notify()
	}
}

func (s *Subscription) notify() {
	s.dirty = true
	if s.inFlight || s.finished {
		return
	}
	s.dirty, s.inFlight = false, true
	last := s.final != ""
	state := "active;expires=" + seconds(max(0, s.expires.Sub(s.layer.Now())))
	if last {
		state = "terminated;reason=" + s.final
	}
	req := s.request(sip.NOTIFY, 0, sip.NewHeader("Event", s.event), sip.NewHeader("Subscription-State", state))
	if s.body != nil {
		ctype, body := s.body()
		setBody(req, ctype, body)
	}
	s.layer.Request(s.flow, req, func(res *sip.Response, err error) { s.notified(last, res) })
}

func (s *Subscription) notified(last bool, res *sip.Response) {
	if res != nil && res.StatusCode < 200 {
		return
	}
	s.inFlight = false
	switch {
	case last:
		s.finish(s.final)
	case res == nil || res.StatusCode >= 300: // §4.2.2
		s.finish("giveup")
	case s.dirty:
		s.notify()
	}
}

func (s *Subscription) finish(reason string) {
	if s.finished {
		return
	}
	s.finished = true
	s.srv, s.body = nil, nil
	if s.timer != nil {
		s.timer.Stop()
	}
	s.layer.Forget(s.callID, s.localTag)
	if s.onEnd != nil {
		s.onEnd(reason)
	}
}

// Request implements Dialog.
func (s *Subscription) Request(srv Server) {
	req := srv.Message()
	if !s.accepts(srv) {
		return
	}
	switch {
	case req.Method != sip.SUBSCRIBE:
		s.reply(srv, 405, "", sip.NewHeader("Allow", "SUBSCRIBE"))
	case s.final != "" || s.finished:
		s.reply(srv, 481, "")
	case s.srv != nil:
		s.reply(srv, 500, "", sip.NewHeader("Retry-After", "1"))
	default:
		s.refresh(req)
		s.renew(srv)
	}
}

// Ack implements Dialog: a subscription has none.
func (s *Subscription) Ack(*sip.Request) {}

// Abort implements Dialog.
func (s *Subscription) Abort() { s.finish("deactivated") }

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }
