package dialplan

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
)

// App is an application that a step calls. Run blocks in the channel's verbs;
// nil goes on with the next step (or where Goto moved the call), an error ends
// the call: ErrEnd plainly, a *call.Hangup with its cause, any other is logged.
type App struct {
	Name     string
	Synopsis string
	Syntax   string // the argument form: "file[&file2…][,options]"
	Run      func(ctx context.Context, c *Call, args string) error
}

// Func is a function that ${NAME(args)} reads and Set(NAME(args)=value)
// writes; a nil half is not supported.
type Func struct {
	Name     string
	Synopsis string
	Read     func(c *Call, args string) (string, error)
	Write    func(c *Call, args, value string) error
}

// ErrEnd ends the call without a message; the channel is hung up.
var ErrEnd = errors.New("dialplan: the call ends")

// Registry is the set of applications and functions. It is immutable; names
// are case-blind for applications and exact for functions.
type Registry struct {
	apps  []App
	funcs []Func
	byApp map[string]*App
	byFun map[string]*Func
}

// NewRegistry builds a registry; of equal names the first counts.
func NewRegistry(apps []App, funcs []Func) *Registry {
	r := &Registry{apps: apps, funcs: funcs, byApp: make(map[string]*App), byFun: make(map[string]*Func)}
	for i := range apps {
		if k := strings.ToLower(apps[i].Name); r.byApp[k] == nil {
			r.byApp[k] = &apps[i]
		}
	}
	for i := range funcs {
		if r.byFun[funcs[i].Name] == nil {
			r.byFun[funcs[i].Name] = &funcs[i]
		}
	}
	return r
}

// Apps lists the applications in the order given.
func (r *Registry) Apps() []App { return append([]App(nil), r.apps...) }

// Funcs lists the functions in the order given.
func (r *Registry) Funcs() []Func { return append([]Func(nil), r.funcs...) }

// App finds an application.
func (r *Registry) App(name string) (*App, bool) {
	a, ok := r.byApp[strings.ToLower(name)]
	return a, ok
}

// Func finds a function.
func (r *Registry) Func(name string) (*Func, bool) {
	f, ok := r.byFun[name]
	return f, ok
}

// Call is one channel on its way through a plan: what applications and
// functions are handed. It is owned by the goroutine that drives the channel.
type Call struct {
	Channel  *channel.Channel
	Plan     *Plan
	Registry *Registry
	Globals  *Globals
	Log      *slog.Logger
	Now      func() time.Time

	steps  int  // since the call last waited
	jumped bool // an application chose the next step
}

// Goto moves the call to a step; it runs next. The place need not exist: the
// call then goes to the context's `i`.
func (c *Call) Goto(p call.Position) {
	c.Channel.SetPosition(p)
	c.jumped = true
}

// Waited says that the application let time or media pass. It resets the loop
// guard, which counts the steps that a call runs without any wait: elapsed
// time itself proves nothing, for a busy machine stretches a spinning loop too.
func (c *Call) Waited() { c.steps = 0 }
