package apps

import (
	"context"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func setApp() dialplan.App {
	return dialplan.App{
		Name: "Set", Synopsis: "Set a variable or write a function", Syntax: "name=value",
		Run: func(_ context.Context, c *dialplan.Call, args string) error {
			assign(c, args)
			return nil
		},
	}
}

// assign sets `name=value`; the value is taken as it stands, quotes too. What
// cannot be set is logged, and the call goes on.
func assign(c *dialplan.Call, text string) {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		c.Log.Warn("Set needs name=value", "args", text)
		return
	}
	if err := c.Assign(name, value); err != nil {
		c.Log.Warn("Set failed", "name", name, "err", err)
	}
}
