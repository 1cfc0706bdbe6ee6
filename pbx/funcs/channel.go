package funcs

import (
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// ItemVar is the channel variable that holds a written CHANNEL(item), for the
// features that read it: a name that ${} reads as a function, so no dialplan
// variable collides with it.
func ItemVar(item string) string { return "CHANNEL(" + item + ")" }

func channelFunc() dialplan.Func {
	return dialplan.Func{
		Name: "CHANNEL", Synopsis: "Read and write items of the channel: name, state, language, peername, namedcallgroup…",
		Read: readChannel, Write: writeChannel,
	}
}

func readChannel(c *dialplan.Call, args string) (string, error) {
	s := c.Channel.Snapshot()
	tech, rest, _ := strings.Cut(s.Name, "/")
	switch it := item(args); it {
	case "name":
		return s.Name, nil
	case "state":
		return s.State.String(), nil
	case "language":
		return c.Channel.Language(), nil
	case "channeltype":
		return tech, nil
	case "peername", "endpoint":
		if s.Endpoint == "" {
			peer, _, _ := strings.Cut(rest, "-")
			return peer, nil
		}
		return s.Endpoint, nil
	case "uniqueid":
		return string(s.ID), nil
	case "linkedid":
		return string(s.LinkedID), nil
	case "accountcode":
		return s.Account, nil
	case "context":
		return s.Position.Context, nil
	case "exten":
		return s.Position.Exten, nil
	default:
		if isGroupItem(it) {
			v, _ := c.Channel.Var(ItemVar(it))
			return v, nil
		}
	}
	return "", fmt.Errorf("CHANNEL has no item %q", args)
}

func writeChannel(c *dialplan.Call, args, value string) error {
	switch it := item(args); {
	case it == "language":
		c.Channel.SetLanguage(value)
	case it == "accountcode":
		c.Channel.SetAccount(value)
	case isGroupItem(it):
		c.Channel.SetVar(ItemVar(it), value)
	default:
		return fmt.Errorf("CHANNEL(%s) cannot be written", args)
	}
	return nil
}

// isGroupItem names the items that are kept as text.
func isGroupItem(name string) bool {
	switch name {
	case "callgroup", "pickupgroup", "namedcallgroup", "namedpickupgroup", "musicclass", "tonezone":
		return true
	}
	return false
}
