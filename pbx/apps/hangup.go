package apps

import (
	"context"
	"strconv"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func hangupApp() dialplan.App {
	return dialplan.App{
		Name: "Hangup", Synopsis: "End the call", Syntax: "[Q.850 cause]",
		Run: func(_ context.Context, c *dialplan.Call, args string) error {
			n, err := strconv.Atoi(strings.TrimSpace(args))
			if err != nil || n < 1 || n > 127 {
				n = int(call.CauseNormal)
			}
			return &call.Hangup{Cause: call.Cause(n), By: "Hangup"}
		},
	}
}
