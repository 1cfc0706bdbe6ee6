package channel

import (
	"maps"
	"strings"
)

// vars holds channel variables. Names are case-sensitive. A name set with one
// leading underscore is handed on to the next leg that this channel makes, one
// with two to all that follow; the underscores are not part of the name that
// reads it.
type vars struct {
	m       map[string]string
	inherit map[string]int // name → 1 once, 2 for ever
}

func (v *vars) set(name, value string) {
	bare := strings.TrimLeft(name, "_")
	depth := min(len(name)-len(bare), 2)
	if v.m == nil {
		v.m = make(map[string]string)
	}
	v.m[bare] = value
	if depth > 0 {
		if v.inherit == nil {
			v.inherit = make(map[string]int)
		}
		v.inherit[bare] = depth
	}
}

// Var reads a channel variable.
func (ch *Channel) Var(name string) (string, bool) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	s, ok := ch.vars.m[name]
	return s, ok
}

// SetVar sets a channel variable; leading underscores make it inherited.
func (ch *Channel) SetVar(name, value string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.vars.set(name, value)
}

// UnsetVar removes a channel variable.
func (ch *Channel) UnsetVar(name string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	delete(ch.vars.m, strings.TrimLeft(name, "_"))
}

// Vars is a copy of all channel variables.
func (ch *Channel) Vars() map[string]string {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return maps.Clone(ch.vars.m)
}

// Inherited is what a leg made by this channel starts with, keyed so that
// Config.Vars takes it.
func (ch *Channel) Inherited() map[string]string {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	out := make(map[string]string, len(ch.vars.inherit))
	for name, depth := range ch.vars.inherit {
		key := name
		if depth == 2 {
			key = "__" + name
		}
		out[key] = ch.vars.m[name]
	}
	return out
}
