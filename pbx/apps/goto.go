package apps

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func gotoApp() dialplan.App {
	return dialplan.App{
		Name: "Goto", Synopsis: "Go on at another step", Syntax: "[[context,]extension,]priority or label",
		Run: func(_ context.Context, c *dialplan.Call, args string) error { return jump(c, args) },
	}
}

func gotoIfApp() dialplan.App {
	return dialplan.App{
		Name: "GotoIf", Synopsis: "Go on at another step by a condition", Syntax: "condition?[then][:else]",
		Run: func(_ context.Context, c *dialplan.Call, args string) error {
			target := branch(args)
			if target == "" {
				return nil
			}
			return jump(c, target)
		},
	}
}

// branch picks the side of condition?then[:else] that is taken.
func branch(args string) string {
	cond, sides, _ := strings.Cut(args, "?")
	then, other, _ := strings.Cut(sides, ":")
	if dialplan.Holds(cond) {
		return strings.TrimSpace(then)
	}
	return strings.TrimSpace(other)
}

// jump moves the call to [[context,]extension,]priority; an empty part keeps
// the current one, a priority may be a label or relative (+2, -1).
func jump(c *dialplan.Call, target string) error {
	parts := dialplan.SplitArgs(target, 3)
	p := c.Channel.Position()
	from := p
	n := len(parts)
	if n == 0 {
		return fmt.Errorf("a jump needs a priority")
	}
	if n >= 3 && strings.TrimSpace(parts[n-3]) != "" {
		p.Context = strings.TrimSpace(parts[n-3])
	}
	if n >= 2 && strings.TrimSpace(parts[n-2]) != "" {
		p.Exten = strings.TrimSpace(parts[n-2])
	}
	prio := strings.TrimSpace(parts[n-1])
	number, err := strconv.Atoi(prio)
	switch {
	case err == nil && (prio[0] == '+' || prio[0] == '-'):
		p.Priority = from.Priority + number
	case err == nil && number > 0:
		p.Priority = number
	default:
		s, ok := c.Plan.FindLabel(p.Context, p.Exten, prio, c.Channel.Caller().Number)
		if !ok {
			return fmt.Errorf("no priority or label %q in extension %q of context %q", prio, p.Exten, p.Context)
		}
		p.Priority = s.Priority
	}
	c.Goto(p)
	return nil
}
