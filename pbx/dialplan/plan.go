package dialplan

import (
	"slices"
	"strings"
)

// maxIncludes bounds how deep one lookup follows includes.
const maxIncludes = 128

// Plan is a compiled dialplan. It is immutable.
type Plan struct {
	contexts map[string]*Context
	order    []string
	globals  []Global
	hints    []Hint
}

// Global is one line of [globals], not yet evaluated.
type Global struct{ Name, Value string }

// Context is one named set of extensions; it is immutable.
type Context struct {
	Name       string
	Extensions []*Extension // most specific first: the order of matching
	Includes   []string     // searched after the context's own extensions
}

// Extension is one extension of one context; it is immutable.
type Extension struct {
	Exten    string // as written: 100, _1XX
	CID      string // caller number to match, as written after '/'
	MatchCID bool   // whether CID counts; with an empty CID it means "no caller number"
	Steps    []Step // by priority
}

// Step is one priority of an extension; it is immutable.
type Step struct {
	Context  string
	Exten    string
	Priority int
	Label    string
	App      string
	Args     string // not yet evaluated
	File     string
	Line     int
}

// Hint binds an extension to the devices and presence providers that phones
// watch; it is immutable.
type Hint struct {
	Context  string
	Exten    string
	Devices  []string // PJSIP/300, Custom:lamp1
	Presence []string // CustomPresence:led1
	File     string
	Line     int
}

// Contexts lists the contexts in the order of the files.
func (p *Plan) Contexts() []*Context {
	out := make([]*Context, 0, len(p.order))
	for _, name := range p.order {
		out = append(out, p.contexts[name])
	}
	return out
}

// HasContext says whether the plan has a context of that name.
func (p *Plan) HasContext(name string) bool { return p.contexts[name] != nil }

// Hints lists the hints in the order of the files.
func (p *Plan) Hints() []Hint { return slices.Clone(p.hints) }

// Hint finds the hint of an extension, includes and patterns considered.
func (p *Plan) Hint(context, exten string) (Hint, bool) {
	var found Hint
	ok := p.walk(context, map[string]bool{}, func(c *Context) bool {
		for _, h := range p.hints {
			if h.Context == c.Name && matchExten(h.Exten, exten) >= FullMatch {
				found = h
				return true
			}
		}
		return false
	})
	return found, ok
}

// Find is the step that a call with caller number cid runs at a place: the
// most specific extension of the context that has the priority, then those of
// its includes, depth first.
func (p *Plan) Find(context, exten string, priority int, cid string) (Step, bool) {
	return p.find(context, exten, cid, func(s Step) bool { return s.Priority == priority })
}

// FindLabel is Find by label.
func (p *Plan) FindLabel(context, exten, label, cid string) (Step, bool) {
	return p.find(context, exten, cid, func(s Step) bool { return s.Label == label && label != "" })
}

// Exists says whether Find would find something.
func (p *Plan) Exists(context, exten string, priority int, cid string) bool {
	_, ok := p.Find(context, exten, priority, cid)
	return ok
}

func (p *Plan) find(context, exten, cid string, want func(Step) bool) (Step, bool) {
	var found Step
	ok := p.walk(context, map[string]bool{}, func(c *Context) bool {
		for _, e := range c.Extensions {
			if matchExten(e.Exten, exten) < FullMatch || !e.acceptsCaller(cid) {
				continue
			}
			if i := slices.IndexFunc(e.Steps, want); i >= 0 {
				found = e.Steps[i]
				return true
			}
		}
		return false
	})
	return found, ok
}

// Match says how digits fit the extensions of a context and its includes:
// whether they reach one, and whether more digits could reach another.
func (p *Plan) Match(context, digits, cid string) (exists, more bool) {
	p.walk(context, map[string]bool{}, func(c *Context) bool {
		for _, e := range c.Extensions {
			if !e.acceptsCaller(cid) {
				continue
			}
			switch m := matchExten(e.Exten, digits); {
			case m == CanMatch:
				more = true
			case m == OpenMatch && !exists:
				exists = true
				more = more || !strings.HasSuffix(e.Exten, "!")
			case m >= FullMatch:
				exists = true
			}
		}
		return false
	})
	return exists, more
}

func (e *Extension) acceptsCaller(cid string) bool {
	if !e.MatchCID {
		return true
	}
	if e.CID == "" {
		return cid == ""
	}
	return matchExten(e.CID, cid) >= FullMatch
}

// walk visits a context and what it includes, each context once, until visit
// says that it is done.
func (p *Plan) walk(context string, seen map[string]bool, visit func(*Context) bool) bool {
	c := p.contexts[context]
	if c == nil || seen[context] || len(seen) >= maxIncludes {
		return false
	}
	seen[context] = true
	if visit(c) {
		return true
	}
	for _, inc := range c.Includes {
		if p.walk(inc, seen, visit) {
			return true
		}
	}
	return false
}

// Globals lists the variables of [globals] in the order of the files.
func (p *Plan) Globals() []Global { return slices.Clone(p.globals) }
