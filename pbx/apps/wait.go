package apps

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// maxWait bounds a time given in a dialplan.
const maxWait = 24 * time.Hour

func waitApp() dialplan.App {
	return dialplan.App{
		Name: "Wait", Synopsis: "Let seconds pass", Syntax: "seconds",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error {
			return pause(ctx, c, seconds(args))
		},
	}
}

// pause lets d pass on the call.
func pause(ctx context.Context, c *dialplan.Call, d time.Duration) error {
	if d < time.Millisecond {
		return nil
	}
	c.Waited()
	return c.Channel.Wait(ctx, d)
}

// seconds reads a number of seconds with a fraction; what is none is 0.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f > 0) {
		return 0
	}
	return time.Duration(min(f, maxWait.Seconds()) * float64(time.Second))
}

// milliseconds reads a whole number of milliseconds; what is none is 0.
func milliseconds(s string) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, maxWait.Milliseconds())) * time.Millisecond
}
