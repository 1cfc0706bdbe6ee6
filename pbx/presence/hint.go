package presence

import (
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// Hint binds an extension to what its watchers see. It is immutable.
type Hint struct {
	Context  string
	Exten    string
	Devices  []string // "PJSIP/100", "Custom:lamp1"
	Presence []string // "CustomPresence:led1"
}

// State is what an extension shows.
type State struct {
	Device   call.DeviceState
	Presence call.Presence
	Gone     bool // a reload took the hint away
}

// ParseHint reads the data of a hint: device[&device…][,presence[&presence…]],
// where the part behind the last comma is the presence. A CustomPresence in
// the device part is taken for what it means, and misplaced says so.
func ParseHint(data string) (devices, providers []string, misplaced bool) {
	dev, pres := data, ""
	if i := strings.LastIndexByte(data, ','); i >= 0 {
		dev, pres = data[:i], data[i+1:]
	}
	for d := range strings.FieldsFuncSeq(dev, func(r rune) bool { return r == '&' || r == ',' }) {
		switch d = strings.TrimSpace(d); {
		case d == "":
		case strings.HasPrefix(d, customPresence+":"):
			providers, misplaced = append(providers, d), true
		default:
			devices = append(devices, d)
		}
	}
	for p := range strings.SplitSeq(pres, "&") {
		if p = strings.TrimSpace(p); p != "" {
			providers = append(providers, p)
		}
	}
	return devices, providers, misplaced
}

type hintKey struct{ context, exten string }

// hintSet is the hints of one configuration with an index of what they depend
// on. It is immutable.
type hintSet struct {
	byKey map[hintKey]Hint
	users map[string][]hintKey // by device or provider
}

func newHintSet(hints []Hint) *hintSet {
	h := &hintSet{byKey: make(map[hintKey]Hint, len(hints)), users: make(map[string][]hintKey)}
	for _, x := range hints {
		k := hintKey{x.Context, x.Exten}
		h.byKey[k] = x
		for _, list := range [][]string{x.Devices, x.Presence} {
			for _, name := range list {
				h.users[name] = append(h.users[name], k)
			}
		}
	}
	return h
}
