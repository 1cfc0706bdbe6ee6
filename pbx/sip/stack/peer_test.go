package stack

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/timbre-pbx/timbre/pbx/sip/dialog"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// script is a peer that speaks raw messages to one stack. Monitor.
type script struct {
	*side
	logMu sync.Mutex // guards got
	got   []string   // what the stack sends
}

func (s *script) Send(_ transport.Flow, msg []byte) error {
	s.logMu.Lock()
	defer s.logMu.Unlock()
	s.got = append(s.got, string(msg))
	return nil
}

// scripted runs play against one stack in fake time and looks for leftovers.
func scripted(t *testing.T, play func(p *script)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &script{side: &side{}}
		p.Stack = New(Config{Send: p, Handler: p.side, ContactFor: contact, Shards: 1, UserAgent: "Timbre"})
		ctx, stop := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { _ = p.Run(ctx) })
		play(p)
		time.Sleep(100 * time.Second)
		synctest.Wait()
		if got := p.Stats(); got != (Stats{}) {
			t.Errorf("leftovers %+v", got)
		}
		stop()
		run.Wait()
	})
}

// say sends a message from the peer, waits, and returns what the stack sent since.
func (p *script) say(msg string) []string {
	p.logMu.Lock()
	p.got = nil
	p.logMu.Unlock()
	p.Receive(transport.Packet{Data: []byte(msg), Flow: transport.Flow{Proto: transport.UDP, Local: addrA, Remote: addrB}, At: time.Now()})
	return p.hear(10 * time.Millisecond)
}

func (p *script) hear(d time.Duration) []string {
	time.Sleep(d)
	synctest.Wait()
	p.logMu.Lock()
	defer p.logMu.Unlock()
	out := p.got
	p.got = nil
	return out
}

// request is a request of the peer; toTag may be "".
func request(method string, seq int, branch, toTag string, hdrs ...string) string {
	if toTag != "" {
		toTag = ";tag=" + toTag
	}
	var extra strings.Builder
	for _, h := range hdrs {
		extra.WriteString(h + "\r\n")
	}
	return fmt.Sprintf("%s sip:x@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK%s;rport\r\n"+
		"Max-Forwards: 70\r\nFrom: <sip:bob@example.com>;tag=peer\r\nTo: <sip:x@example.com>%s\r\nCall-ID: one\r\nCSeq: %d %s\r\n"+
		"Contact: <sip:bob@192.0.2.2:5060>\r\n%sContent-Length: 0\r\n\r\n", method, branch, toTag, seq, method, extra.String())
}

// answer is the peer's response to a request of the stack.
func answer(req string, code int, toTag string) string {
	out := fmt.Sprintf("SIP/2.0 %d X\r\n", code)
	for l := range strings.SplitSeq(req, "\r\n") {
		name, _, _ := strings.Cut(l, ":")
		switch name {
		case "To":
			if toTag != "" {
				l += ";tag=" + toTag
			}
			fallthrough
		case "Via", "From", "Call-ID", "CSeq":
			out += l + "\r\n"
		}
	}
	return out + "Contact: <sip:bob@192.0.2.2:5070>\r\nContent-Length: 0\r\n\r\n"
}

func summaries(msgs []string) string {
	var out []string
	for _, m := range msgs {
		out = append(out, summary(m))
	}
	return strings.Join(out, ", ")
}

func want(t *testing.T, what string, got []string, expected string) {
	t.Helper()
	if s := summaries(got); s != expected {
		t.Errorf("%s: %q, want %q", what, s, expected)
	}
}

// toTagOf is the tag that the stack put into To.
func toTagOf(msg string) string {
	_, to, _ := strings.Cut(msg, "\r\nTo: ")
	to, _, _ = strings.Cut(to, "\r\n")
	_, tag, _ := strings.Cut(to, "tag=")
	return tag
}

func header(msg, name string) string {
	_, v, _ := strings.Cut(msg, "\r\n"+name+": ")
	v, _, _ = strings.Cut(v, "\r\n")
	return v
}

func TestRequestsThatBelongNowhere(t *testing.T) {
	scripted(t, func(p *script) {
		want(t, "BYE of an unknown dialog", p.say(request("BYE", 2, "a", "nobody")), "481 BYE")
		want(t, "BYE outside of a dialog", p.say(request("BYE", 2, "b", "")), "481 BYE")
		want(t, "CANCEL of nothing", p.say(request("CANCEL", 2, "c", "")), "481 CANCEL")
		want(t, "ACK of nothing", p.say(request("ACK", 2, "d", "nobody")), "")
		got := p.say(request("FLY", 2, "e", ""))
		want(t, "unknown method", got, "405 FLY")
		if len(got) > 0 && (!strings.Contains(header(got[0], "Allow"), "INVITE") || header(got[0], "Server") != "Timbre") {
			t.Errorf("Allow or Server is missing:\n%s", got[0])
		}
		got = p.say(request("OPTIONS", 3, "f", ""))
		want(t, "OPTIONS", got, "200 OPTIONS")
		if again := p.say(request("OPTIONS", 3, "f", "")); len(again) != 1 || len(got) != 1 || again[0] != got[0] {
			t.Error("a repeated request gets another answer")
		}
	})
}

func TestDialogChecksCSeqAndTag(t *testing.T) {
	scripted(t, func(p *script) {
		want(t, "INVITE", p.say(request("INVITE", 10, "a", "")), "100 INVITE")
		p.in.Accept([]byte("v=x"))
		ok := p.hear(10 * time.Millisecond)
		want(t, "answer", ok, "200 INVITE")
		tag := toTagOf(ok[0])
		want(t, "re-INVITE before the ACK", p.say(request("INVITE", 11, "b", tag)), "500 INVITE")
		want(t, "its ACK", p.say(request("ACK", 11, "b", tag)), "")
		want(t, "ACK", p.say(request("ACK", 10, "c", tag)), "")
		want(t, "OPTIONS", p.say(request("OPTIONS", 12, "d", tag)), "200 OPTIONS")
		want(t, "a lower CSeq", p.say(request("INFO", 12, "e", tag)), "500 INFO")
		other := strings.Replace(request("BYE", 13, "f", tag), "tag=peer", "tag=thief", 1)
		want(t, "BYE with another tag", p.say(other), "481 BYE")
		want(t, "REFER", p.say(request("REFER", 14, "g", tag)), "405 REFER")
		want(t, "BYE", p.say(request("BYE", 15, "h", tag)), "200 BYE")
		p.ended(t, "callee", dialog.End{By: dialog.Peer})
	})
}

func TestOfTwoAnswersTheFirstWins(t *testing.T) {
	scripted(t, func(p *script) {
		s := p.Originate(dialog.Invite{Target: contact(flow), Flow: flow, SDP: []byte("v=x")}, &p.ear)
		inv := p.hear(10 * time.Millisecond)
		want(t, "call", inv, "INVITE")
		want(t, "first answer", p.say(answer(inv[0], 200, "one")), "ACK")
		want(t, "first answer again", p.say(answer(inv[0], 200, "one")), "ACK")
		got := p.say(answer(inv[0], 200, "two"))
		want(t, "second answer", got, "ACK, BYE")
		if len(got) == 2 && toTagOf(got[1]) != "two" {
			t.Errorf("BYE goes to %q", toTagOf(got[1]))
		}
		p.say(answer(got[1], 200, ""))
		s.Hangup(0, "")
		bye := p.hear(10 * time.Millisecond)
		want(t, "hangup", bye, "BYE")
		if !strings.HasPrefix(bye[0], "BYE sip:bob@192.0.2.2:5070 ") || toTagOf(bye[0]) != "one" {
			t.Errorf("BYE goes elsewhere:\n%s", bye[0])
		}
		p.say(answer(bye[0], 200, ""))
		p.ended(t, "caller", dialog.End{By: dialog.Us})
	})
}

func (p *script) body(n *int) dialog.Body {
	return func() (string, []byte) {
		*n++
		return "application/x", fmt.Appendf(nil, "state %d", *n)
	}
}

func TestSubscriptionLife(t *testing.T) {
	scripted(t, func(p *script) {
		n, why := 0, ""
		bounds := dialog.Bounds{Min: time.Minute, Default: time.Hour, Max: 2 * time.Hour}
		p.say(request("SUBSCRIBE", 1, "a", "", "Event: dialog", "Expires: 600"))
		p.sub.Accept(bounds, p.body(&n), func(r string) { why = r })
		got := p.hear(10 * time.Millisecond)
		want(t, "accepted", got, "200 SUBSCRIBE, NOTIFY")
		tag := toTagOf(got[0])
		if s := header(got[1], "Subscription-State"); s != "active;expires=600" || header(got[1], "Event") != "dialog" {
			t.Errorf("first NOTIFY says %q", s)
		}
		p.sub.Notify(p.body(&n))
		p.sub.Notify(p.body(&n))
		want(t, "states while one is in flight", p.hear(10*time.Millisecond), "")
		got = p.say(answer(got[1], 200, ""))
		want(t, "they melt into one", got, "NOTIFY")
		if !strings.HasSuffix(got[0], "state 2") {
			t.Errorf("body of the second NOTIFY:\n%s", got[0])
		}
		p.say(answer(got[0], 200, ""))
		want(t, "too brief", p.say(request("SUBSCRIBE", 2, "b", tag, "Event: dialog", "Expires: 5")), "423 SUBSCRIBE")
		got = p.say(request("SUBSCRIBE", 3, "c", tag, "Event: dialog", "Expires: 60"))
		want(t, "refresh", got, "200 SUBSCRIBE, NOTIFY")
		p.say(answer(got[1], 200, ""))
		got = p.hear(60*time.Second + 200*time.Millisecond)
		want(t, "time is up", got, "NOTIFY")
		if s := header(got[0], "Subscription-State"); s != "terminated;reason=timeout" {
			t.Errorf("last NOTIFY says %q", s)
		}
		p.say(answer(got[0], 200, ""))
		if why != "timeout" {
			t.Errorf("ended by %q", why)
		}
		want(t, "refresh of what is over", p.say(request("SUBSCRIBE", 4, "d", tag, "Event: dialog")), "481 SUBSCRIBE")
	})
}

func TestSubscriptionEndsWithThePeer(t *testing.T) {
	for name, code := range map[string]int{"481": 481, "silence": 0} {
		t.Run(name, func(t *testing.T) {
			scripted(t, func(p *script) {
				n, why := 0, ""
				p.say(request("SUBSCRIBE", 1, "a", "", "Event: presence"))
				p.sub.Accept(dialog.Bounds{Default: time.Hour, Max: time.Hour}, p.body(&n), func(r string) { why = r })
				got := p.hear(10 * time.Millisecond)
				if code != 0 {
					p.say(answer(got[1], code, ""))
				}
				p.hear(40 * time.Second)
				if why != "giveup" {
					t.Errorf("ended by %q", why)
				}
			})
		})
	}
}

func TestUnsubscribeAndTerminate(t *testing.T) {
	scripted(t, func(p *script) {
		n := 0
		p.say(request("SUBSCRIBE", 1, "a", "", "Event: presence", "Expires: 0"))
		p.sub.Accept(dialog.Bounds{Min: time.Minute, Default: time.Hour, Max: time.Hour}, p.body(&n), nil)
		got := p.hear(10 * time.Millisecond)
		want(t, "fetch", got, "200 SUBSCRIBE, NOTIFY")
		if s := header(got[1], "Subscription-State"); s != "terminated;reason=timeout" {
			t.Errorf("a fetch is told %q", s)
		}
		p.say(answer(got[1], 200, ""))
		p.say(strings.Replace(request("SUBSCRIBE", 1, "b", "", "Event: presence"), "Call-ID: one", "Call-ID: two", 1))
		p.sub.Reject(489, "")
		want(t, "bad event", p.hear(10*time.Millisecond), "489 SUBSCRIBE")
	})
}

func TestFullMailboxShedsNewCallsWithoutState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &script{side: &side{}}
		p.Stack = New(Config{Send: p, Handler: p.side, ContactFor: contact, Shards: 1, Mailbox: 4})
		for i := range 3 {
			p.Receive(transport.Packet{Data: []byte(request("OPTIONS", i, "a", "")), Flow: flow})
		}
		want(t, "INVITE", p.say(request("INVITE", 9, "z", "")), "503 INVITE")
		if p.Stats().Transactions != 0 {
			t.Error("state was made")
		}
	})
}
