package dialplan

import (
	"fmt"
	"strconv"
	"strings"
)

// Substitute evaluates the references in text for this call.
func (c *Call) Substitute(text string) string { return Substitute(c, text) }

// Var reads a variable: the built-in ones, the channel's, then the global ones.
func (c *Call) Var(name string) (string, bool) {
	if name == "" {
		return "", false
	}
	p := c.Channel.Position()
	switch name {
	case "CONTEXT":
		return p.Context, true
	case "EXTEN":
		return p.Exten, true
	case "PRIORITY":
		return strconv.Itoa(p.Priority), true
	case "CHANNEL":
		return c.Channel.Name(), true
	case "UNIQUEID":
		return string(c.Channel.ID()), true
	case "EPOCH":
		return strconv.FormatInt(c.Now().Unix(), 10), true
	case "HINT":
		h, ok := c.Plan.Hint(p.Context, p.Exten)
		return strings.Join(h.Devices, "&"), ok
	}
	if v, ok := c.Channel.Var(name); ok {
		return v, true
	}
	if c.Globals == nil {
		return "", false
	}
	return c.Globals.Get(name)
}

// Func reads a function; one that fails or does not exist is logged and empty.
func (c *Call) Func(name, args string) string {
	f, ok := c.Registry.Func(name)
	if !ok || f.Read == nil {
		c.Log.Warn("no such function to read", "function", name)
		return ""
	}
	v, err := f.Read(c, args)
	if err != nil {
		c.Log.Warn("a function failed", "function", name, "args", args, "err", err)
		return ""
	}
	return clip(v)
}

// Assign sets a variable, or writes a function when name is FUNC(args).
func (c *Call) Assign(name, value string) error {
	if !strings.Contains(name, "(") {
		if name == "" {
			return fmt.Errorf("a variable needs a name")
		}
		c.Channel.SetVar(name, clip(value))
		return nil
	}
	fn, args := splitApp(name)
	f, ok := c.Registry.Func(fn)
	if !ok || f.Write == nil {
		return fmt.Errorf("no function %q that can be written", fn)
	}
	return f.Write(c, args, clip(value))
}
