package apps

import (
	"context"
	"strings"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// How long a caller may take for the first digit and between two, and how many
// digits are taken at all.
const (
	responseTime = 10 * time.Second
	digitTime    = 5 * time.Second
	maxDigits    = 80
	allDigits    = "0123456789*#ABCD"
)

func waitExtenApp() dialplan.App {
	return dialplan.App{
		Name: "WaitExten", Synopsis: "Wait for an extension to be dialled", Syntax: "[seconds]",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error {
			first := seconds(dialplan.Arg(dialplan.SplitArgs(args, 0), 0))
			if first == 0 {
				first = responseTime
			}
			c.Waited()
			p, cid := c.Channel.Position(), c.Channel.Caller().Number
			digits, err := collect(ctx, c, first, p.Context, cid)
			switch {
			case err != nil:
				return err
			case digits != "":
				c.Goto(call.Position{Context: p.Context, Exten: digits, Priority: 1})
				return nil
			case c.Plan.Exists(p.Context, p.Exten, p.Priority+1, cid):
				return nil
			case c.Plan.Exists(p.Context, "t", 1, cid):
				c.Goto(call.Position{Context: p.Context, Exten: "t", Priority: 1})
				return nil
			}
			return dialplan.ErrEnd
		},
	}
}

// collect takes digits until no more could match, or the caller pauses.
func collect(ctx context.Context, c *dialplan.Call, first time.Duration, where, cid string) (string, error) {
	var digits strings.Builder
	for wait := first; digits.Len() < maxDigits; wait = digitTime {
		d, err := c.Channel.WaitDigit(ctx, wait, allDigits)
		if err != nil {
			return "", err
		}
		if d == 0 {
			break
		}
		digits.WriteByte(d)
		if _, more := c.Plan.Match(where, digits.String(), cid); !more {
			break
		}
	}
	return digits.String(), nil
}
