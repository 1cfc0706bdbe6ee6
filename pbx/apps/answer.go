package apps

import (
	"context"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func answerApp() dialplan.App {
	return dialplan.App{
		Name: "Answer", Synopsis: "Answer the call", Syntax: "[delay in ms]",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error {
			if err := answer(ctx, c); err != nil {
				return err
			}
			return pause(ctx, c, milliseconds(dialplan.Arg(dialplan.SplitArgs(args, 0), 0)))
		},
	}
}

// answer answers a channel that is not up; one that is gone (in `h`) cannot be.
func answer(ctx context.Context, c *dialplan.Call) error {
	if err := context.Cause(c.Channel.Context()); err != nil {
		return err
	}
	if c.Channel.Up() {
		return nil
	}
	c.Waited()
	return c.Channel.Answer(ctx)
}
