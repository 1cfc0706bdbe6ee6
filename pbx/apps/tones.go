package apps

import (
	"context"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func ringingApp() dialplan.App {
	return dialplan.App{
		Name: "Ringing", Synopsis: "Tell the caller that it rings (180)",
		Run: func(_ context.Context, c *dialplan.Call, _ string) error {
			if !c.Channel.Up() {
				c.Channel.Leg().Ringing()
			}
			return nil
		},
	}
}

func progressApp() dialplan.App {
	return dialplan.App{
		Name: "Progress", Synopsis: "Open early media towards the caller (183)",
		Run: func(_ context.Context, c *dialplan.Call, _ string) error {
			if !c.Channel.Up() {
				c.Channel.Leg().Progress()
			}
			return nil
		},
	}
}

func busyApp() dialplan.App {
	return dialplan.App{
		Name: "Busy", Synopsis: "Refuse the call as busy (486)", Syntax: "[seconds]",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error {
			return refuse(ctx, c, args, &call.Hangup{Cause: call.CauseBusy, By: "Busy"})
		},
	}
}

func congestionApp() dialplan.App {
	return dialplan.App{
		Name: "Congestion", Synopsis: "Refuse the call as congested (503)", Syntax: "[seconds]",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error {
			return refuse(ctx, c, args, &call.Hangup{Cause: call.CauseCongestion, By: "Congestion"})
		},
	}
}

// refuse ends the call; one that is up keeps its line for the seconds given.
func refuse(ctx context.Context, c *dialplan.Call, args string, h *call.Hangup) error {
	if c.Channel.Up() {
		if err := pause(ctx, c, seconds(args)); err != nil {
			return err
		}
	}
	return h
}
