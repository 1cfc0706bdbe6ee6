package apps

import (
	"context"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func answerApp() dialplan.App {
	return dialplan.App{
		Name: "Answer", Synopsis: "Answer the call", Syntax: "[delay in ms]",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error {
			if !c.Channel.Up() {
				if err := c.Channel.Answer(ctx); err != nil {
					return err
				}
				c.Waited()
			}
			return pause(ctx, c, milliseconds(dialplan.Arg(dialplan.SplitArgs(args, 0), 0)))
		},
	}
}
