package stack

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/sip/dialog"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// wire carries messages between two stacks with 10 ms of delay. Monitor.
type wire struct {
	mu    sync.Mutex
	log   []string // "1> INVITE", "2> 200 INVITE"
	lose  func(n int, line string) bool
	ends  map[netip.AddrPort]*Stack
	group sync.WaitGroup
}

func (w *wire) Send(f transport.Flow, msg []byte) error {
	p := transport.Packet{Data: msg, Flow: transport.Flow{Proto: f.Proto, Local: f.Remote, Remote: f.Local}, At: time.Now()}
	line := f.Local.Addr().String()[len("192.0.2."):] + "> " + summary(string(msg))
	w.mu.Lock()
	n := 0
	for _, l := range w.log {
		if l == line {
			n++
		}
	}
	w.log = append(w.log, line)
	lost := w.lose != nil && w.lose(n, line)
	to := w.ends[f.Remote]
	w.mu.Unlock()
	if !lost && to != nil {
		w.group.Go(func() {
			time.Sleep(10 * time.Millisecond)
			to.Receive(p)
		})
	}
	return nil
}

func summary(msg string) string {
	first, _, _ := strings.Cut(msg, "\r\n")
	f := strings.Fields(first)
	if f[0] != "SIP/2.0" {
		return f[0]
	}
	_, cseq, _ := strings.Cut(msg, "CSeq: ")
	cseq, _, _ = strings.Cut(cseq, "\r\n")
	return f[1] + " " + strings.Fields(cseq)[1]
}

func (w *wire) count(line string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.log {
		if l == line {
			n++
		}
	}
	return n
}

// ear is a SessionHandler that writes down what it hears. Loop-owned, read
// after the bubble is idle.
type ear struct {
	heard  []string
	ends   []dialog.End
	answer string
	status int
}

func (e *ear) say(s string)                            { e.heard = append(e.heard, s) }
func (e *ear) Provisional(c int, _ string, sdp []byte) { e.say(dialog.Phrase(c)) }
func (e *ear) Accepted(sdp []byte) []byte {
	e.say("accepted " + string(sdp))
	return []byte(e.answer)
}
func (e *ear) Rejected(res *sip.Response) { e.say("rejected " + dialog.Phrase(res.StatusCode)) }
func (e *ear) Confirmed()                 { e.say("confirmed") }
func (e *ear) Offer(sdp []byte) ([]byte, int) {
	e.say("offer " + string(sdp))
	return []byte(e.answer), e.status
}
func (e *ear) AnswerInAck(sdp []byte) { e.say("answer in ACK " + string(sdp)) }
func (e *ear) ReofferResult(s int, sdp []byte) {
	e.say("reoffer " + dialog.Phrase(s) + " " + string(sdp))
}
func (e *ear) Info(ctype string, body []byte) int {
	e.say("info " + ctype + " " + string(body))
	return 0
}
func (e *ear) Ended(end dialog.End) { e.ends = append(e.ends, end) }

// side is one stack, its handler and the last session and subscription in.
type side struct {
	*Stack
	ear
	mu    sync.Mutex // guards in
	in    *dialog.Session
	sub   *dialog.Subscription
	admit func(*sip.Request) Verdict
}

func (s *side) Admit(req *sip.Request, _ transport.Flow, _ time.Time) Verdict {
	if s.admit != nil {
		return s.admit(req)
	}
	return Verdict{}
}
func (s *side) Invite(in *dialog.Session, _ *sip.Request, _ any) dialog.SessionHandler {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in = in
	return &s.ear
}

// call is the last session in; nil before there is one.
func (s *side) call() *dialog.Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in
}

func (s *side) Request(r *Responder, _ *sip.Request, _ any)               { r.Reply(200, "") }
func (s *side) Subscribe(sub *dialog.Subscription, _ *sip.Request, _ any) { s.sub = sub }

type pair struct {
	t    *testing.T
	wire *wire
	a, b *side
	out  *dialog.Session
	flow transport.Flow
}

var (
	addrA = netip.MustParseAddrPort("192.0.2.1:5060")
	addrB = netip.MustParseAddrPort("192.0.2.2:5060")
	flow  = transport.Flow{Proto: transport.UDP, Local: addrA, Remote: addrB}
)

func contact(f transport.Flow) sip.Uri {
	return sip.Uri{Scheme: "sip", User: "x", Host: f.Local.Addr().String(), Port: int(f.Local.Port())}
}

// scenario runs play between two stacks in fake time, and then, 64*T1 and more
// later, looks for leftovers.
func scenario(t *testing.T, lose func(n int, line string) bool, play func(p *pair)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &wire{lose: lose, ends: map[netip.AddrPort]*Stack{}}
		p := &pair{t: t, wire: w, a: &side{}, b: &side{}, flow: flow}
		ctx, stop := context.WithCancel(t.Context())
		for addr, s := range map[netip.AddrPort]*side{addrA: p.a, addrB: p.b} {
			s.answer = "v=answer"
			s.Stack = New(Config{Send: w, Handler: s, ContactFor: contact, Shards: 2})
			w.ends[addr] = s.Stack
			w.group.Go(func() { _ = s.Run(ctx) })
		}
		play(p)
		time.Sleep(100 * time.Second)
		synctest.Wait()
		for name, s := range map[string]*side{"caller": p.a, "callee": p.b} {
			if got := s.Stats(); got != (Stats{}) {
				t.Errorf("%s: leftovers %+v", name, got)
			}
			if n := len(s.ends); n > 1 {
				t.Errorf("%s: ended %d times", name, n)
			}
		}
		stop()
		w.group.Wait()
		if t.Failed() {
			t.Log(strings.Join(w.log, "\n"))
		}
	})
}

func (p *pair) wait(d time.Duration) { time.Sleep(d); synctest.Wait() }

func (p *pair) dial(sdp string) {
	u := func(user string) sip.Uri { return sip.Uri{Scheme: "sip", User: user, Host: "example.com"} }
	p.out = p.a.Originate(dialog.Invite{Target: contact(transport.Flow{Local: addrB}), Flow: p.flow,
		From: dialog.Party{Name: "Ana", URI: u("300")}, To: dialog.Party{URI: u("101")}, SDP: []byte(sdp)}, &p.a.ear)
	p.wait(time.Second)
}

func (p *pair) talk() {
	p.dial("v=offer")
	if p.b.in == nil {
		p.t.Fatal("the call does not arrive")
	}
	p.b.in.Accept([]byte("v=answer"))
	p.wait(time.Second)
}

func (s *side) expect(t *testing.T, who string, heard ...string) {
	t.Helper()
	if got, want := strings.Join(s.heard, ", "), strings.Join(heard, ", "); got != want {
		t.Errorf("%s hears %q, want %q", who, got, want)
	}
}

func (s *side) ended(t *testing.T, who string, want dialog.End) {
	t.Helper()
	if len(s.ends) != 1 || s.ends[0].By != want.By || s.ends[0].Status != want.Status || s.ends[0].Cause != want.Cause {
		t.Errorf("%s: ended %+v, want %+v", who, s.ends, want)
	}
}

func TestCallIsSetUpAndTornDown(t *testing.T) {
	scenario(t, nil, func(p *pair) {
		p.dial("v=offer")
		p.b.in.Provisional(180, "", nil)
		p.wait(time.Second)
		p.b.in.Accept([]byte("v=answer"))
		p.wait(time.Second)
		p.out.Info("application/dtmf-relay", []byte("Signal=1"))
		p.wait(time.Second)
		p.out.Hangup(0, dialog.Q850(call.CauseNormal))
		p.wait(time.Second)
		p.a.expect(t, "the caller", "Ringing", "accepted v=answer")
		p.b.expect(t, "the callee", "confirmed", "info application/dtmf-relay Signal=1")
		p.a.ended(t, "caller", dialog.End{By: dialog.Us})
		p.b.ended(t, "callee", dialog.End{By: dialog.Peer, Cause: 16})
	})
}

func TestCallSurvivesTheLossOfAnyOneMessage(t *testing.T) {
	for _, line := range []string{"1> INVITE", "2> 100 INVITE", "2> 180 INVITE", "2> 200 INVITE", "1> ACK", "2> BYE", "1> 200 BYE"} {
		t.Run(line, func(t *testing.T) {
			scenario(t, func(n int, l string) bool { return l == line && n == 0 }, func(p *pair) {
				p.dial("v=offer")
				p.b.in.Provisional(180, "", nil)
				p.b.in.Accept([]byte("v=answer"))
				p.wait(5 * time.Second)
				p.b.in.Hangup(0, "")
				p.wait(5 * time.Second)
				p.b.expect(t, "the callee", "confirmed")
				p.a.ended(t, "caller", dialog.End{By: dialog.Peer})
				p.b.ended(t, "callee", dialog.End{By: dialog.Us})
			})
		})
	}
}

func TestAnswerWithoutACKIsRepeatedAndThenEnds(t *testing.T) {
	scenario(t, func(_ int, l string) bool { return l == "1> ACK" }, func(p *pair) {
		p.talk()
		p.wait(40 * time.Second)
		if n := p.wire.count("2> 200 INVITE"); n != 11 {
			t.Errorf("the 2xx goes out %d times, want 11", n)
		}
		p.b.ended(t, "callee", dialog.End{By: dialog.Lost})
		p.a.ended(t, "caller", dialog.End{By: dialog.Peer})
	})
}

func TestCancelWaitsForAProvisionalAndGets487(t *testing.T) {
	scenario(t, func(n int, l string) bool { return l == "2> 487 INVITE" && n < 2 }, func(p *pair) {
		p.dial("v=offer")
		p.out.Hangup(0, dialog.Q850(call.CauseAnsweredElsewhere))
		p.wait(5 * time.Second)
		p.a.ended(t, "caller", dialog.End{By: dialog.Us, Status: 487})
		p.b.ended(t, "callee", dialog.End{By: dialog.Peer, Status: 487, Cause: 26})
	})
}

func TestCancelThatMeetsTheAnswerBecomesBYE(t *testing.T) {
	scenario(t, nil, func(p *pair) {
		p.dial("v=offer")
		p.b.in.Accept([]byte("v=answer"))
		p.out.Hangup(0, "")
		p.wait(2 * time.Second)
		p.a.ended(t, "caller", dialog.End{By: dialog.Us})
		p.b.ended(t, "callee", dialog.End{By: dialog.Peer})
		if p.wire.count("1> BYE") != 1 || p.wire.count("1> ACK") != 1 {
			t.Error("the late answer wants one ACK and one BYE")
		}
	})
}

func TestRefusalReachesTheCaller(t *testing.T) {
	scenario(t, func(n int, l string) bool { return l == "2> 486 INVITE" && n == 0 || l == "1> ACK" && n == 0 }, func(p *pair) {
		p.dial("v=offer")
		p.b.in.Reject(486, "")
		p.wait(5 * time.Second)
		p.a.expect(t, "the caller", "rejected Busy Here")
		p.a.ended(t, "caller", dialog.End{By: dialog.Peer, Status: 486})
		p.b.ended(t, "callee", dialog.End{By: dialog.Us, Status: 486})
	})
}

func TestSilenceIs408(t *testing.T) {
	scenario(t, func(int, string) bool { return true }, func(p *pair) {
		p.dial("v=offer")
		p.wait(40 * time.Second)
		p.a.ended(t, "caller", dialog.End{By: dialog.Lost, Status: 408})
	})
}

func TestCalleeThatHangsUpBeforeTheACKSendsBYEAfterIt(t *testing.T) {
	scenario(t, func(n int, l string) bool { return l == "1> ACK" && n == 0 }, func(p *pair) {
		p.dial("v=offer")
		p.b.in.Accept([]byte("v=answer"))
		p.b.in.Hangup(0, "")
		p.wait(100 * time.Millisecond)
		if p.wire.count("2> BYE") != 0 {
			t.Error("BYE before the ACK")
		}
		p.wait(5 * time.Second)
		p.b.ended(t, "callee", dialog.End{By: dialog.Us})
		p.a.ended(t, "caller", dialog.End{By: dialog.Peer})
	})
}

func TestOfferInTheAnswerIsAnsweredInTheACK(t *testing.T) {
	scenario(t, nil, func(p *pair) {
		p.dial("")
		p.b.in.Accept([]byte("v=late"))
		p.wait(time.Second)
		p.b.expect(t, "the callee", "answer in ACK v=answer", "confirmed")
		p.out.Hangup(0, "")
	})
}

func TestReofferUpdateAndGlare(t *testing.T) {
	scenario(t, func(n int, l string) bool { return l == "1> ACK" && n == 1 }, func(p *pair) {
		p.talk()
		p.out.Reoffer([]byte("v=hold"))
		p.wait(5 * time.Second)
		p.b.in.Update([]byte("v=move"))
		p.wait(time.Second)
		p.a.expect(t, "the caller", "accepted v=answer", "reoffer OK v=answer", "offer v=move")
		p.b.expect(t, "the callee", "confirmed", "offer v=hold", "reoffer OK v=answer")
		p.a.heard, p.b.heard = nil, nil
		p.out.Reoffer([]byte("v=a"))
		p.b.in.Reoffer([]byte("v=b"))
		p.wait(10 * time.Second)
		if p.wire.count("1> 491 INVITE") != 1 || p.wire.count("2> 491 INVITE") != 1 {
			t.Error("glare wants a 491 each way")
		}
		p.a.expect(t, "the caller", "offer v=b", "reoffer OK v=answer")
		p.b.expect(t, "the callee", "reoffer OK v=answer", "offer v=a")
		p.b.in.Hangup(0, "")
	})
}

func TestRefusedReofferLeavesTheCallStanding(t *testing.T) {
	scenario(t, nil, func(p *pair) {
		p.talk()
		p.b.status = 488
		p.out.Reoffer([]byte("v=odd"))
		p.wait(time.Second)
		p.a.expect(t, "the caller", "accepted v=answer", "reoffer Not Acceptable Here ")
		if len(p.a.ends)+len(p.b.ends) != 0 {
			t.Error("the call ends")
		}
		p.out.Hangup(0, "")
		p.b.in.Hangup(0, "") // both at once
	})
}

func TestAdmissionComesBeforeState(t *testing.T) {
	scenario(t, nil, func(p *pair) {
		p.b.admit = func(*sip.Request) Verdict { return Verdict{Drop: true} }
		p.dial("v=offer")
		if got := p.b.Stats(); got != (Stats{}) || p.b.in != nil {
			t.Errorf("a dropped INVITE leaves %+v", got)
		}
		p.out.Hangup(0, "")
	})
}

func TestBoxThatGoesDownEndsItsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		s := &side{}
		s.Stack = New(Config{Send: w, Handler: s, ContactFor: contact})
		s.Originate(dialog.Invite{Target: contact(flow), Flow: flow}, &s.ear)
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		_ = s.Run(ctx)
		s.ended(t, "caller", dialog.End{By: dialog.Lost, Status: 503})
		if got := s.Stats(); got != (Stats{}) {
			t.Errorf("leftovers %+v", got)
		}
	})
}

func TestCallOverTCPRepeatsOnlyTheAnswer(t *testing.T) {
	scenario(t, func(n int, l string) bool { return l == "1> ACK" && n == 0 }, func(p *pair) {
		p.flow.Proto = transport.TCP
		p.talk()
		p.wait(time.Minute)
		p.out.Reoffer([]byte("v=hold"))
		p.wait(time.Second)
		p.b.in.Hangup(0, "")
		p.wait(time.Second)
		p.b.expect(t, "the callee", "confirmed", "offer v=hold")
		p.a.ended(t, "caller", dialog.End{By: dialog.Peer})
		if p.wire.count("1> INVITE") != 2 || p.wire.count("2> 200 INVITE") != 3 || p.wire.count("2> BYE") != 1 {
			t.Error("a request is repeated over TCP, or the 2xx is not")
		}
	})
}
