package apps

import (
	"context"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func echoApp() dialplan.App {
	return dialplan.App{
		Name: "Echo", Synopsis: "Send the caller's voice back; # ends it",
		Run: func(ctx context.Context, c *dialplan.Call, _ string) error {
			port := c.Channel.Leg().Port()
			if port == nil {
				return nil
			}
			c.Waited()
			port.Echo(true)
			defer port.Echo(false)
			_, err := c.Channel.WaitDigit(ctx, maxWait, "#")
			return err
		},
	}
}
