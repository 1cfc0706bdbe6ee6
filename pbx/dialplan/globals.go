package dialplan

import (
	"maps"
	"sync"
)

// Globals are the variables that all calls share. It is a monitor.
type Globals struct {
	mu sync.Mutex
	m  map[string]string
}

// NewGlobals evaluates the plan's [globals] in order, each seeing those before it.
func NewGlobals(p *Plan) *Globals {
	g := &Globals{m: make(map[string]string)}
	for _, v := range p.globals {
		g.Set(v.Name, Substitute(globalScope{g}, v.Value))
	}
	return g
}

// Get reads a global variable.
func (g *Globals) Get(name string) (string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	v, ok := g.m[name]
	return v, ok
}

// Set writes a global variable.
func (g *Globals) Set(name, value string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.m[name] = value
}

// All is a copy of the global variables.
func (g *Globals) All() map[string]string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.m)
}

type globalScope struct{ g *Globals }

func (s globalScope) Var(name string) (string, bool) { return s.g.Get(name) }
func (s globalScope) Func(string, string) string     { return "" }
