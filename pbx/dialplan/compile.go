package dialplan

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxPriority bounds a priority, so that n+N cannot overflow.
const maxPriority = 1 << 20

// Compile builds the plan of the sections of extensions.conf. Sections of one
// name are joined. What cannot be used is left out and reported.
func Compile(sections []Section) (*Plan, []Problem) {
	c := compiler{plan: &Plan{contexts: make(map[string]*Context)}}
	for _, s := range sections {
		if s.Name == "globals" {
			for _, l := range s.Lines {
				c.plan.globals = append(c.plan.globals, Global{l.Key, l.Value})
			}
		}
	}
	c.globals = globalScope{NewGlobals(c.plan)}
	for _, s := range sections {
		if s.Name != "general" && s.Name != "globals" {
			c.context(s)
		}
	}
	c.checkIncludes()
	for _, ctx := range c.plan.contexts {
		slices.SortStableFunc(ctx.Extensions, compareExtensions)
		for _, e := range ctx.Extensions {
			slices.SortStableFunc(e.Steps, func(a, b Step) int { return a.Priority - b.Priority })
		}
	}
	return c.plan, c.problems
}

func compareExtensions(a, b *Extension) int {
	if c := comparePatterns(a.Exten, b.Exten); c != 0 {
		return c
	}
	if a.MatchCID != b.MatchCID {
		if a.MatchCID {
			return -1
		}
		return 1
	}
	return cmp.Or(comparePatterns(a.CID, b.CID), strings.Compare(a.Exten, b.Exten))
}

// compiler is the work in progress of one Compile.
type compiler struct {
	plan     *Plan
	problems []Problem
	includes []include
	globals  Scope // for ${} in the names of extensions

	ctx   *Context
	exten string // of the last line, for `same`
	last  int    // its priority, for `n` and `s`
}

type include struct {
	from, to string
	line     Line
}

func (c *compiler) report(l Line, format string, args ...any) {
	c.problems = append(c.problems, l.problem(format, args...))
}

func (c *compiler) context(s Section) {
	c.ctx = c.plan.contexts[s.Name]
	if c.ctx == nil {
		c.ctx = &Context{Name: s.Name}
		c.plan.contexts[s.Name] = c.ctx
		c.plan.order = append(c.plan.order, s.Name)
	}
	c.exten, c.last = "", 0
	for _, l := range s.Lines {
		switch strings.ToLower(l.Key) {
		case "exten":
			name, rest, ok := cutOutside(l.Value, ',')
			if !ok {
				c.report(l, "extension %q has no priority", l.Value)
				continue
			}
			c.exten = withoutBlanks(Substitute(c.globals, name))
			c.step(l, rest)
		case "same":
			if c.exten == "" {
				c.report(l, "`same` has no extension before it")
				continue
			}
			c.step(l, l.Value)
		case "include":
			c.include(l)
		case "ignorepat":
		default:
			c.report(l, "unknown word %q in a context (exten, same, include)", l.Key)
		}
	}
}

func (c *compiler) include(l Line) {
	name, times, timed := strings.Cut(l.Value, ",")
	name = strings.TrimSpace(name)
	if timed {
		c.report(l, "include of %q at times %q is left out: timed includes are not supported", name, times)
		return
	}
	c.includes = append(c.includes, include{c.ctx.Name, name, l})
	if !slices.Contains(c.ctx.Includes, name) {
		c.ctx.Includes = append(c.ctx.Includes, name)
	}
}

func (c *compiler) checkIncludes() {
	for _, i := range c.includes {
		if c.plan.contexts[i.to] == nil {
			c.report(i.line, "context %q includes %q, which does not exist", i.from, i.to)
		}
	}
}

// step reads `priority[(label)],application(arguments)` of the current extension.
func (c *compiler) step(l Line, text string) {
	prio, app, _ := cutOutside(text, ',')
	prio = strings.TrimSpace(prio)
	if strings.EqualFold(prio, "hint") {
		c.hint(l, app)
		return
	}
	prio, label, _ := strings.Cut(prio, "(")
	number, err := c.priority(strings.TrimSpace(prio))
	if err != "" {
		c.report(l, "extension %q: %s", c.exten, err)
		return
	}
	c.last = number
	name, args := splitApp(app)
	if name == "" {
		c.report(l, "extension %q, priority %d has no application", c.exten, number)
		return
	}
	e := c.extension()
	label = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(label), ")"))
	for _, s := range e.Steps {
		if s.Priority == number {
			c.report(l, "extension %q, priority %d exists already (%s:%d): this line is left out", c.exten, number, s.File, s.Line)
			return
		}
		if label != "" && s.Label == label {
			c.report(l, "extension %q has the label %q twice: the second is left out", c.exten, label)
			label = ""
		}
	}
	e.Steps = append(e.Steps, Step{
		Context: c.ctx.Name, Exten: e.Exten, Priority: number, Label: label, App: name, Args: args, File: l.File, Line: l.Line,
	})
}

// priority reads 1, n, s (the same again) and both with +count.
func (c *compiler) priority(text string) (int, string) {
	base, plus, add := strings.Cut(text, "+")
	n := 0
	switch strings.ToLower(strings.TrimSpace(base)) {
	case "n", "next":
		n = c.last + 1
	case "s", "same":
		n = c.last
	default:
		v, err := strconv.Atoi(strings.TrimSpace(base))
		if err != nil {
			return 0, "priority " + strconv.Quote(text) + " is not a number, n or hint"
		}
		n = v
	}
	if add {
		v, err := strconv.Atoi(strings.TrimSpace(plus))
		if err != nil {
			return 0, "priority " + strconv.Quote(text) + " adds no number"
		}
		n += v
	}
	if n < 1 || n > maxPriority {
		return 0, "priority " + strconv.Quote(text) + " is out of range"
	}
	return n, ""
}

// extension is the current extension in its context, made when it is new. Two
// spellings of one pattern (_N11, _[2-9]11) are one extension, named by the first.
func (c *compiler) extension() *Extension {
	exten, cid, match := cutOutside(c.exten, '/')
	exten, cid = strings.TrimSpace(exten), strings.Trim(strings.TrimSpace(cid), `"`)
	for _, e := range c.ctx.Extensions {
		if e.MatchCID == match && comparePatterns(e.Exten, exten) == 0 && comparePatterns(e.CID, cid) == 0 {
			return e
		}
	}
	e := &Extension{Exten: exten, CID: cid, MatchCID: match}
	c.ctx.Extensions = append(c.ctx.Extensions, e)
	return e
}

// hint reads `device[&device…][,presence[&presence…]]`. A presence provider
// written where the device belongs (one comma missing) is taken as presence.
func (c *compiler) hint(l Line, text string) {
	h := Hint{Context: c.ctx.Name, Exten: c.exten, File: l.File, Line: l.Line}
	devices, presence := text, ""
	if i := strings.LastIndexByte(text, ','); i >= 0 {
		devices, presence = text[:i], text[i+1:]
	}
	for d := range strings.SplitSeq(devices, "&") {
		d = strings.TrimSpace(d)
		switch {
		case d == "":
		case strings.HasPrefix(strings.ToLower(d), "custompresence:"):
			c.report(l, "hint of %q names the presence provider %q as a device; taken as presence: write hint,,%s", c.exten, d, d)
			h.Presence = append(h.Presence, d)
		default:
			h.Devices = append(h.Devices, d)
		}
	}
	for p := range strings.SplitSeq(presence, "&") {
		if p = strings.TrimSpace(p); p != "" {
			h.Presence = append(h.Presence, p)
		}
	}
	for _, old := range c.plan.hints {
		if old.Context == h.Context && old.Exten == h.Exten {
			c.report(l, "extension %q has a hint already (%s:%d): this line is left out", h.Exten, old.File, old.Line)
			return
		}
	}
	c.plan.hints = append(c.plan.hints, h)
}

// splitApp parts `App(arguments)`; what follows the last parenthesis is dropped.
func splitApp(text string) (name, args string) {
	text = strings.TrimSpace(text)
	name, args, ok := strings.Cut(text, "(")
	if !ok {
		name, args, _ = strings.Cut(text, ",")
		return strings.TrimSpace(name), args
	}
	if i := strings.LastIndexByte(args, ')'); i >= 0 {
		args = args[:i]
	}
	return strings.TrimSpace(name), args
}

// withoutBlanks takes the blanks outside [..] away.
func withoutBlanks(s string) string {
	var out strings.Builder
	depth := 0
	for _, c := range []byte(s) {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth <= 0 && (c == ' ' || c == '\t'):
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}

// cutOutside is strings.Cut at the first sep that stands outside [..].
func cutOutside(s string, sep byte) (before, after string, found bool) {
	for i, depth := 0, 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '[':
			depth++
		case s[i] == ']' && depth > 0:
			depth--
		case s[i] == sep && depth == 0:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
