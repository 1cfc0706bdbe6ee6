package apps

import (
	"context"
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func execIfApp() dialplan.App {
	return dialplan.App{
		Name: "ExecIf", Synopsis: "Run an application by a condition", Syntax: "condition?app(args)[:app2(args2)]",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error {
			cond, sides, _ := strings.Cut(args, "?")
			then, other := cutSides(sides)
			if !dialplan.Holds(cond) {
				then = other
			}
			if strings.TrimSpace(then) == "" {
				return nil
			}
			name, inner, _ := strings.Cut(strings.TrimSpace(then), "(")
			if i := strings.LastIndexByte(inner, ')'); i >= 0 {
				inner = inner[:i]
			}
			app, ok := c.Registry.App(strings.TrimSpace(name))
			if !ok {
				return fmt.Errorf("ExecIf: no application %q", name)
			}
			return app.Run(ctx, c, inner)
		},
	}
}

// cutSides parts then:else at the first colon outside parentheses.
func cutSides(s string) (then, other string) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ':':
			if depth <= 0 {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}
