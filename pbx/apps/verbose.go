package apps

import (
	"context"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func verboseApp(d Deps) dialplan.App {
	return dialplan.App{
		Name: "Verbose", Synopsis: "Write a line to the log", Syntax: "[level,]text",
		Run: func(_ context.Context, c *dialplan.Call, args string) error {
			text := args
			if parts := dialplan.SplitArgs(args, 2); len(parts) == 2 && len(parts[0]) == 1 && parts[0][0] >= '0' && parts[0][0] <= '9' {
				text = parts[1]
			}
			d.Log.Info(text, "channel", c.Channel.Name())
			return nil
		},
	}
}
