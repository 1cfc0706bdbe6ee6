package dial

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/pbx/bridge"
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/event"
)

// Technology makes legs of one kind: PJSIP, SIP, Local, Console.
type Technology interface {
	// Call starts a call to resource (the part of the target after the
	// technology and a slash) on behalf of caller, and returns its channel
	// in state Down. The error is a *Unreachable when the target cannot be
	// called now.
	Call(ctx context.Context, resource string, caller *channel.Channel) (*channel.Channel, error)
}

// Unreachable says why a target could not be called.
type Unreachable struct {
	Target string
	Cause  call.Cause
	Why    string
}

// Error names the target and the reason.
func (u *Unreachable) Error() string { return fmt.Sprintf("%s: %s", u.Target, u.Why) }

// Request is what one Dial is asked to do.
type Request struct {
	Targets []string      // Tech/resource, in the order written
	Timeout time.Duration // until somebody answers; 0 waits for ever
	Ring    bool          // r: ring to the caller, whatever the legs say
	Music   audio.Source  // m: play this to the caller instead of ringing
}

// Result is what became of it.
type Result struct {
	Status Status
	Cause  call.Cause // of the leg that decided the status
	// CalleeLeft says that an answered call ended because the callee hung up.
	CalleeLeft bool
	Answered   time.Time
	Ended      time.Time
	Peer       string // name of the answering channel
}

// Dialer runs Dials. It is immutable.
type Dialer struct {
	Technologies map[string]Technology // by upper-case prefix
	Bridge       *bridge.Bridger
	Events       channel.Publisher
	Now          func() time.Time
	Log          *slog.Logger
}

// Run dials for caller, whose events it owns until it returns. The error is
// the caller's own hang-up and nothing else.
func (d *Dialer) Run(ctx context.Context, caller *channel.Channel, req Request) (Result, error) {
	a := &attempt{Dialer: d, caller: caller, req: req}
	defer a.end()
	if len(req.Targets) == 0 {
		return a.finish(Result{Status: InvalidArgs}), nil
	}
	for _, target := range req.Targets {
		a.start(ctx, target)
	}
	if len(a.legs) == 0 {
		return a.finish(Result{Status: a.out.status(), Cause: a.cause}), nil
	}
	a.alertFirst()
	winner, res, err := a.wait(ctx)
	if winner == nil {
		return a.finish(res), err
	}
	return a.connect(ctx, winner)
}

// attempt is one Dial under way. It is owned by the caller's goroutine.
type attempt struct {
	*Dialer
	caller  *channel.Channel
	req     Request
	legs    []*channel.Channel
	out     outcome
	cause   call.Cause
	alerted bool
}

func (a *attempt) start(ctx context.Context, target string) {
	tech, resource, ok := strings.Cut(target, "/")
	t := a.Technologies[strings.ToUpper(tech)]
	var leg *channel.Channel
	err := error(&Unreachable{target, call.CauseChannelUnavailable, "no such technology or target"})
	if ok && t != nil {
		leg, err = t.Call(ctx, resource, a.caller)
	}
	if err != nil {
		a.Log.Info("dial: leg not called", "target", target, "error", err)
		cause := call.CauseNoRoute
		if u, ok := err.(*Unreachable); ok {
			cause = u.Cause
		}
		a.fold(cause)
		return
	}
	a.legs = append(a.legs, leg)
	a.Events.Publish(event.DialBegin{Caller: a.caller.Snapshot(), Callee: leg.Snapshot()})
}

func (a *attempt) fold(cause call.Cause) {
	a.out.add(cause)
	a.cause = cause
}

// alertFirst gives the caller what the options promise before any leg speaks.
func (a *attempt) alertFirst() {
	switch {
	case a.req.Music != nil:
		a.alerted = true
		a.caller.Leg().Progress()
		if p := a.caller.Leg().Port(); p != nil {
			p.Play(a.req.Music, func() {})
		}
	case a.req.Ring:
		a.alerted = true
		a.caller.Leg().Ringing()
	}
}

// connect answers the caller and bridges it with the winner.
func (a *attempt) connect(ctx context.Context, winner *channel.Channel) (Result, error) {
	a.dropExcept(winner, call.CauseAnsweredElsewhere)
	if p := a.caller.Leg().Port(); p != nil {
		p.StopPlay()
	}
	res := Result{Status: Answer, Answered: a.Now(), Peer: winner.Name()}
	if err := a.caller.Answer(ctx); err != nil {
		return a.finish(res), err
	}
	a.Events.Publish(event.DialEnd{Caller: a.caller.Snapshot(), Callee: winner.Snapshot(), Status: string(Answer)})
	left, err := a.Bridge.Run(ctx, a.caller, winner)
	res.Ended = a.Now()
	if err != nil {
		a.Log.Error("dial: no bridge", "channel", winner.Name(), "error", err)
		winner.Hangup(call.CauseBearerNotAvailable, "bridge")
		res.Cause = call.CauseBearerNotAvailable
		return res, nil
	}
	if left == winner {
		res.CalleeLeft, res.Cause = true, bridge.CauseOf(winner)
		return res, nil
	}
	winner.Hangup(bridge.CauseOf(a.caller), "bridge")
	return res, context.Cause(a.caller.Context())
}

// finish publishes the outcome of a Dial that nobody answered.
func (a *attempt) finish(res Result) Result {
	a.Events.Publish(event.DialEnd{Caller: a.caller.Snapshot(), Status: string(res.Status)})
	return res
}

// dropExcept hangs up every leg but one.
func (a *attempt) dropExcept(keep *channel.Channel, cause call.Cause) {
	for _, leg := range a.legs {
		if leg != keep {
			leg.Hangup(cause, "dial")
		}
	}
}

// end forgets every leg; those still up are hung up.
func (a *attempt) end() {
	for _, leg := range a.legs {
		leg.End(a.Now())
	}
}
