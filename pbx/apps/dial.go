package apps

import (
	"context"
	"strings"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// Target is one destination of Dial.
type Target struct {
	Tech     string // PJSIP, SIP, Local
	Resource string // 300, peer/number
}

// DialRequest is what Dial asks of the Dialer.
type DialRequest struct {
	Targets []Target
	Timeout time.Duration // how long to ring; 0: until somebody hangs up
	Options DialOptions
}

// DialOptions are the option letters of Dial with their arguments: "r", "T",
// "L" → "60000:10000". A letter without an argument maps to "".
type DialOptions map[byte]string

// Has says whether a letter was given.
func (o DialOptions) Has(letter byte) bool { _, ok := o[letter]; return ok }

func dialApp(d Deps) dialplan.App {
	return dialplan.App{
		Name: "Dial", Synopsis: "Call destinations and connect the first that answers",
		Syntax: "Tech/resource[&Tech2/resource2…][,timeout[,options[,url]]]",
		Run:    func(ctx context.Context, c *dialplan.Call, args string) error { return runDial(ctx, d, c, args) },
	}
}

// runDial sets DIALSTATUS. After an answered call it ends the caller's channel
// too, unless option g asks to go on.
func runDial(ctx context.Context, d Deps, c *dialplan.Call, args string) error {
	req, bad := ParseDial(args)
	for _, b := range bad {
		c.Log.Warn("Dial cannot use a target", "target", b)
	}
	if len(req.Targets) == 0 {
		c.Channel.SetVar("DIALSTATUS", "CHANUNAVAIL")
		return nil
	}
	c.Channel.SetVar("DIALSTATUS", "")
	before := d.Now()
	status, err := d.Dialer.Dial(ctx, c.Channel, req)
	if d.Now().Sub(before) >= time.Millisecond {
		c.Waited()
	}
	c.Channel.SetVar("DIALSTATUS", status)
	if err != nil {
		if _, ended := call.HangupOf(ctx, err); ended {
			return err
		}
		c.Log.Warn("Dial failed", "status", status, "err", err)
		return nil
	}
	if status == "ANSWER" && !req.Options.Has('g') {
		return dialplan.ErrEnd
	}
	return nil
}

// ParseDial reads the arguments of Dial; bad lists the targets it left out.
func ParseDial(args string) (req DialRequest, bad []string) {
	parts := dialplan.SplitArgs(args, 4)
	for t := range strings.SplitSeq(dialplan.Arg(parts, 0), "&") {
		t = strings.TrimSpace(t)
		tech, resource, ok := strings.Cut(t, "/")
		switch {
		case ok && tech != "" && resource != "":
			req.Targets = append(req.Targets, Target{tech, resource})
		case t != "":
			bad = append(bad, t)
		}
	}
	timeout, _, _ := strings.Cut(dialplan.Arg(parts, 1), "&")
	req.Timeout = seconds(timeout)
	req.Options = parseOptions(dialplan.Arg(parts, 2))
	return req, bad
}

// parseOptions reads letters, each with an argument in parentheses if it has one.
func parseOptions(s string) DialOptions {
	out := make(DialOptions)
	for i := 0; i < len(s); i++ {
		letter, arg := s[i], ""
		if i+1 < len(s) && s[i+1] == '(' {
			end := strings.IndexByte(s[i:], ')')
			if end < 0 {
				end = len(s) - i
			}
			arg = s[i+2 : i+end]
			i += end
		}
		if letter != ' ' {
			out[letter] = arg
		}
	}
	return out
}
