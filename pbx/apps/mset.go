package apps

import (
	"context"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func msetApp() dialplan.App {
	return dialplan.App{
		Name: "MSet", Synopsis: "Set several variables", Syntax: "name=value[,name2=value2…]",
		Run: func(_ context.Context, c *dialplan.Call, args string) error {
			for _, pair := range dialplan.SplitArgs(args, 0) {
				if strings.Contains(pair, "=") {
					assign(c, pair)
				}
			}
			return nil
		},
	}
}
