package presence

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/store"
)

const (
	customPresence = "CustomPresence" // provider prefix and AstDB family
	custom         = "Custom"         // device prefix
	customDevstate = "CustomDevstate" // AstDB family of Custom devices
	markBucket     = "presence_marks" // provider name → marks as JSON
)

// ParseValue reads the form in which PRESENCE_STATE is set and stored:
// state[,subtype[,message[,options]]]. Option e says that subtype and message
// are Base64.
func ParseValue(s string) (call.Presence, error) {
	f := append(strings.SplitN(s, ",", 4), "", "", "")
	state, err := call.ParsePresenceState(f[0])
	if err != nil {
		return call.Presence{}, err
	}
	p := call.Presence{State: state, Subtype: f[1], Message: f[2]}
	if strings.Contains(f[3], "e") {
		for _, text := range []*string{&p.Subtype, &p.Message} {
			raw, err := base64.StdEncoding.DecodeString(*text)
			if err != nil {
				return call.Presence{}, fmt.Errorf("presence text %q: %w", *text, err)
			}
			*text = string(raw)
		}
	}
	return p, nil
}

// FormatValue writes what ParseValue reads.
func FormatValue(p call.Presence) string {
	if !strings.Contains(p.Subtype+p.Message, ",") {
		return p.State.String() + "," + p.Subtype + "," + p.Message
	}
	enc := base64.StdEncoding
	return p.State.String() + "," + enc.EncodeToString([]byte(p.Subtype)) + "," + enc.EncodeToString([]byte(p.Message)) + ",e"
}

// ops are the changes that store p under name, the part behind the colon.
func (p provider) ops(name string) ([]store.Op, error) {
	key, err := store.AstKey(customPresence, name)
	if err != nil {
		return nil, err
	}
	ops := []store.Op{store.Put(store.AstDBBucket, key, []byte(FormatValue(p.value)))}
	if len(p.marks) == 0 {
		return append(ops, store.Delete(markBucket, name)), nil
	}
	raw, err := json.Marshal(p.marks)
	if err != nil {
		return nil, err
	}
	return append(ops, store.Put(markBucket, name, raw)), nil
}

// loadProviders reads every stored provider with its marks.
func loadProviders(s store.Store) (map[string]provider, error) {
	out := make(map[string]provider)
	prefix := "/" + customPresence + "/"
	err := store.All(s, store.AstDBBucket, prefix, func(e store.Entry) error {
		if v, err := ParseValue(string(e.Value)); err == nil { // a foreign value is left alone
			out[strings.TrimPrefix(e.Key, prefix)] = provider{value: v}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = store.All(s, markBucket, "", func(e store.Entry) error {
		if p, ok := out[e.Key]; ok && json.Unmarshal(e.Value, &p.marks) == nil {
			out[e.Key] = p
		}
		return nil
	})
	return out, err
}

func loadDevices(s store.Store) (map[string]call.DeviceState, error) {
	out := make(map[string]call.DeviceState)
	prefix := "/" + customDevstate + "/"
	err := store.All(s, store.AstDBBucket, prefix, func(e store.Entry) error {
		if v, err := call.ParseDeviceState(string(e.Value)); err == nil {
			out[strings.TrimPrefix(e.Key, prefix)] = v
		}
		return nil
	})
	return out, err
}
