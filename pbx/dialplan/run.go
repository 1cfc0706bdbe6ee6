package dialplan

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
)

// The bounds of a run: how many steps may pass without a wait before the call
// is taken for a loop, and how long the `h` extension may take.
const (
	defaultMaxSteps = 10_000
	hangupTime      = 30 * time.Second
)

// Env is what a run needs; it is immutable while calls use it.
type Env struct {
	Plan     *Plan
	Registry *Registry
	Globals  *Globals
	Log      *slog.Logger
	Now      func() time.Time
	Trace    func(*channel.Channel, TraceStep) // may be nil; must not wait
	MaxSteps int                               // 0: 10,000
}

// TraceStep is one step as it is about to run.
type TraceStep struct {
	Context  string
	Exten    string // as dialled
	Priority int
	App      string
	Args     string // evaluated
	File     string
	Line     int
}

// Run drives ch through the plan from its position until the call ends, hangs
// it up if nobody did, and runs `h`. It returns when all is done; the caller
// then ends the channel. An extension that does not exist at the start is
// refused with 404 and runs no `h`. The end of ctx hangs the channel up.
func Run(ctx context.Context, env Env, ch *channel.Channel) {
	if env.MaxSteps <= 0 {
		env.MaxSteps = defaultMaxSteps
	}
	r := runner{env: env, call: &Call{
		Channel: ch, Plan: env.Plan, Registry: env.Registry, Globals: env.Globals,
		Log: env.Log.With("channel", ch.Name(), "id", string(ch.ID())), Now: env.Now,
	}}
	stop := context.AfterFunc(ctx, func() { ch.Hangup(call.CauseNormal, "system") })
	defer stop()
	p := ch.Position()
	if p.Exten == "" {
		p.Exten = "s"
		ch.SetPosition(p)
	}
	if !env.Plan.Exists(p.Context, p.Exten, p.Priority, ch.Caller().Number) {
		r.call.Log.Info("no such extension", "context", p.Context, "exten", p.Exten)
		ch.Refuse(404, call.CauseUnallocated, "dialplan")
		return
	}
	r.main(ch.Context())
	r.hangup(ctx)
}

// runner is one Run, owned by its goroutine.
type runner struct {
	env  Env
	call *Call
}

// main runs steps until the call ends, and hangs the channel up.
func (r *runner) main(ctx context.Context) {
	ch := r.call.Channel
	for ctx.Err() == nil {
		p := ch.Position()
		step, ok := r.find(p)
		if !ok {
			if r.invalid(p) {
				continue
			}
			break
		}
		if err := r.step(ctx, p, step); err != nil {
			r.end(err)
			return
		}
	}
	if ctx.Err() == nil {
		r.fallThrough()
	}
}

func (r *runner) find(p call.Position) (Step, bool) {
	return r.env.Plan.Find(p.Context, p.Exten, p.Priority, r.call.Channel.Caller().Number)
}

// step runs one step and moves on to the next priority, unless the application
// moved the call itself.
func (r *runner) step(ctx context.Context, p call.Position, s Step) error {
	c := r.call
	if c.steps++; c.steps > r.env.MaxSteps {
		c.Log.Warn("the dialplan loops without ever waiting: the call is ended", "steps", r.env.MaxSteps,
			"context", p.Context, "exten", p.Exten, "priority", p.Priority, "file", s.File, "line", s.Line)
		return &call.Hangup{Cause: call.CauseSwitchCongestion, By: "dialplan loop guard"}
	}
	app, ok := r.env.Registry.App(s.App)
	if !ok {
		c.Log.Warn("no such application: the call is ended", "app", s.App,
			"context", p.Context, "exten", p.Exten, "priority", p.Priority, "file", s.File, "line", s.Line)
		return ErrEnd
	}
	args := c.Substitute(s.Args)
	if r.env.Trace != nil {
		r.env.Trace(c.Channel, TraceStep{p.Context, p.Exten, p.Priority, app.Name, args, s.File, s.Line})
	}
	c.Channel.SetApp(app.Name, args)
	c.jumped = false
	if err := runApp(ctx, app, c, args); err != nil {
		return err
	}
	if !c.jumped {
		p.Priority++
		c.Channel.SetPosition(p)
	}
	return ctx.Err()
}

// runApp turns a panic of one application into the end of one call.
func runApp(ctx context.Context, app *App, c *Call, args string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("application %s panicked: %v\n%s", app.Name, v, debug.Stack())
		}
	}()
	return app.Run(ctx, c, args)
}

// invalid moves a call whose extension does not exist to the context's `i`;
// false means that the call fell off the end of an extension, or has no `i`.
func (r *runner) invalid(p call.Position) bool {
	ch := r.call.Channel
	if p.Exten == "i" || r.env.Plan.Exists(p.Context, p.Exten, 1, ch.Caller().Number) {
		return false
	}
	i := call.Position{Context: p.Context, Exten: "i", Priority: 1}
	if _, ok := r.find(i); !ok {
		r.call.Log.Info("no such extension and no i to take the call", "context", p.Context, "exten", p.Exten)
		return false
	}
	ch.SetVar("INVALID_EXTEN", p.Exten)
	ch.SetPosition(i)
	return true
}

// fallThrough ends a call that ran out of steps, by what its last Dial said.
func (r *runner) fallThrough() {
	ch := r.call.Channel
	status, _ := ch.Var("DIALSTATUS")
	switch {
	case ch.Up():
		ch.Hangup(call.CauseNormal, "dialplan")
	case status == "BUSY":
		ch.Refuse(486, call.CauseBusy, "dialplan")
	case status == "CONGESTION", status == "CHANUNAVAIL":
		ch.Refuse(503, call.CauseCongestion, "dialplan")
	default:
		ch.Refuse(603, call.CauseNone, "dialplan")
	}
}

// end hangs the channel up for the error that an application returned.
func (r *runner) end(err error) {
	ch := r.call.Channel
	h, ok := call.HangupOf(ch.Context(), err)
	switch {
	case ok && ch.Up():
		ch.Hangup(h.Cause, h.By)
		return
	case ok && h.Cause.SIPStatus() != 0:
		ch.Refuse(h.Cause.SIPStatus(), h.Cause, h.By)
		return
	case ok:
		ch.Refuse(603, h.Cause, h.By)
		return
	case !errors.Is(err, ErrEnd) && !errors.Is(err, context.Canceled):
		r.call.Log.Warn("an application failed: the call is ended", "err", err)
	}
	if ch.Up() {
		ch.Hangup(call.CauseNormal, "dialplan")
		return
	}
	ch.Refuse(603, call.CauseNone, "dialplan")
}

// hangup runs the `h` extension of the context that the call ended in. Its
// applications get a context of their own, bounded in time, since the
// channel's is over.
func (r *runner) hangup(ctx context.Context) {
	ch := r.call.Channel
	h := call.Position{Context: ch.Position().Context, Exten: "h", Priority: 1}
	step, ok := r.find(h)
	if !ok {
		return
	}
	if end, ok := call.HangupOf(ch.Context(), nil); ok {
		ch.SetVar("HANGUPCAUSE", strconv.Itoa(int(end.Cause)))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hangupTime)
	defer cancel()
	r.call.steps = 0
	ch.SetPosition(h)
	for ok && ctx.Err() == nil {
		if err := r.step(ctx, ch.Position(), step); err != nil {
			if !errors.Is(err, ErrEnd) {
				r.call.Log.Info("the h extension ended early", "err", err)
			}
			return
		}
		step, ok = r.find(ch.Position())
	}
}
