package funcs

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

const customPresence = "custompresence:"

func presenceStateFunc(d Deps) dialplan.Func {
	return dialplan.Func{
		Name: "PRESENCE_STATE", Synopsis: "Read (provider,value|subtype|message[,e]) or write state,subtype,message[,e]",
		Read: func(_ *dialplan.Call, args string) (string, error) { return readPresence(d, args) },
		Write: func(c *dialplan.Call, args, value string) error {
			return writePresence(d, c.Channel.ID(), args, value)
		},
	}
}

func readPresence(d Deps, args string) (string, error) {
	parts := strings.SplitN(args, ",", 3)
	provider, field := strings.TrimSpace(parts[0]), "value"
	if len(parts) > 1 {
		field = item(parts[1])
	}
	p := highest(d, provider)
	text := ""
	switch field {
	case "value":
		return p.State.String(), nil
	case "subtype":
		text = p.Subtype
	case "message":
		text = p.Message
	default:
		return "", fmt.Errorf("PRESENCE_STATE has no field %q (value, subtype, message)", field)
	}
	if len(parts) > 2 && strings.Contains(parts[2], "e") {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	return text, nil
}

// highest combines the providers of a list with '&': the highest state wins.
func highest(d Deps, providers string) call.Presence {
	var best call.Presence
	for name := range strings.SplitSeq(providers, "&") {
		if p := d.Presence.Presence(strings.TrimSpace(name)); p.State > best.State {
			best = p
		}
	}
	return best
}

// writePresence reads `state,subtype,message[,options]`. The message keeps its
// blanks; a fourth part is options only, so a message holds no comma.
func writePresence(d Deps, by call.ID, provider, value string) error {
	provider = strings.TrimSpace(provider)
	if !strings.HasPrefix(strings.ToLower(provider), customPresence) {
		return fmt.Errorf("presence provider %q cannot be written (CustomPresence: only)", provider)
	}
	parts := append(strings.SplitN(value, ",", 4), "", "", "")
	state, err := call.ParsePresenceState(parts[0])
	if err != nil {
		return err
	}
	p := call.Presence{State: state, Subtype: parts[1], Message: parts[2]}
	if strings.Contains(parts[3], "e") {
		subtype, err1 := base64.StdEncoding.DecodeString(p.Subtype)
		message, err2 := base64.StdEncoding.DecodeString(p.Message)
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("option e: %w", err)
		}
		p.Subtype, p.Message = string(subtype), string(message)
	}
	return d.Presence.SetPresence(provider, p, by)
}
