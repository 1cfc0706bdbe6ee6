package dial

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/timbre-pbx/timbre/pbx/bridge"
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
)

// What the first cases of a wait stand for; the legs' own follow, two each.
const (
	caseContext = iota
	caseCaller
	caseCallerEvent
	caseTimeout
	caseLegs
)

// wait takes what happens on the caller and on every leg until one answers
// (the winner), all have failed, the time is up or the caller leaves.
func (a *attempt) wait(ctx context.Context) (*channel.Channel, Result, error) {
	var timeout <-chan time.Time
	if a.req.Timeout > 0 {
		t := time.NewTimer(a.req.Timeout)
		defer t.Stop()
		timeout = t.C
	}
	live := slices.Clone(a.legs)
	for len(live) > 0 {
		i, v, _ := reflect.Select(a.cases(ctx, timeout, live))
		switch i {
		case caseContext, caseCaller:
			a.dropExcept(nil, call.CauseNormal)
			return nil, Result{Status: Cancel}, context.Cause(a.caller.Context())
		case caseCallerEvent:
			a.caller.Apply(v.Interface().(channel.Event), a.Now())
		case caseTimeout:
			a.dropExcept(nil, call.CauseNoAnswer)
			return nil, Result{Status: NoAnswer, Cause: call.CauseNoAnswer}, nil
		default:
			n := (i - caseLegs) / 2
			leg := live[n]
			if (i-caseLegs)%2 == 1 {
				a.fold(bridge.CauseOf(leg))
				live = slices.Delete(live, n, n+1)
				continue
			}
			ev := v.Interface().(channel.Event)
			leg.Apply(ev, a.Now())
			if ev.Kind == channel.Answered {
				return leg, Result{}, nil
			}
			a.alert(ev, leg)
		}
	}
	return nil, Result{Status: a.out.status(), Cause: a.cause}, nil
}

func (a *attempt) cases(ctx context.Context, timeout <-chan time.Time, live []*channel.Channel) []reflect.SelectCase {
	recv := func(c any) reflect.SelectCase {
		return reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(c)}
	}
	out := make([]reflect.SelectCase, caseLegs, caseLegs+2*len(live))
	out[caseContext], out[caseCaller] = recv(ctx.Done()), recv(a.caller.Context().Done())
	out[caseCallerEvent], out[caseTimeout] = recv(a.caller.Events()), recv(timeout)
	for _, leg := range live {
		out = append(out, recv(leg.Events()), recv(leg.Context().Done()))
	}
	return out
}

// alert passes ringing and early media on to the caller. Early media of one
// leg among several would drown the others, so it then counts as ringing.
func (a *attempt) alert(ev channel.Event, leg *channel.Channel) {
	if a.req.Music != nil || a.req.Ring {
		return
	}
	switch {
	case ev.Kind == channel.Progress && len(a.legs) == 1:
		a.alerted = true
		a.caller.Leg().Progress()
		if err := a.Bridge.Early(a.caller, leg); err != nil {
			a.Log.Warn("dial: no early media", "channel", leg.Name(), "error", err)
		}
	case (ev.Kind == channel.Ringing || ev.Kind == channel.Progress) && !a.alerted:
		a.alerted = true
		a.caller.Leg().Ringing()
	}
}
