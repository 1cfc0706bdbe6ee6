package funcs

import (
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func callerIDFunc() dialplan.Func {
	return dialplan.Func{
		Name: "CALLERID", Synopsis: "The caller's identity: name, num, all; dnid is what was dialled",
		Read: func(c *dialplan.Call, args string) (string, error) {
			id := c.Channel.Caller()
			switch item(args) {
			case "name":
				return id.Name, nil
			case "num", "number", "ani":
				return id.Number, nil
			case "all":
				return fmt.Sprintf("%q <%s>", id.Name, id.Number), nil
			case "dnid":
				return c.Channel.Snapshot().Dialed, nil
			}
			return "", fmt.Errorf("CALLERID has no %q", args)
		},
		Write: func(c *dialplan.Call, args, value string) error {
			id := c.Channel.Caller()
			switch item(args) {
			case "name":
				id.Name = value
			case "num", "number":
				id.Number = value
			case "all":
				id = call.ParseCallerID(value)
			default:
				return fmt.Errorf("CALLERID(%s) cannot be written", args)
			}
			c.Channel.SetCaller(id)
			return nil
		},
	}
}

// item is the first argument in lower case without blanks.
func item(args string) string {
	first, _, _ := strings.Cut(args, ",")
	return strings.ToLower(strings.TrimSpace(first))
}
