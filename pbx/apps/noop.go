package apps

import (
	"context"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func noOpApp() dialplan.App {
	return dialplan.App{
		Name: "NoOp", Synopsis: "Do nothing; the trace shows the arguments", Syntax: "[text]",
		Run: func(context.Context, *dialplan.Call, string) error { return nil },
	}
}
