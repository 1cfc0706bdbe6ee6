package presence

import (
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// Device is a telephone of the configuration. It is immutable.
type Device struct {
	Name   string   // PJSIP/100
	AORs   []string // whose contacts make it reachable
	Static bool     // reachable without a registration
	BusyAt int      // device_state_busy_at: calls that make it BUSY, 0 for never
}

// deviceOf is the device of a channel: its name without the last dash and
// what follows.
func deviceOf(channel string) string {
	if i := strings.LastIndexByte(channel, '-'); i > 0 {
		return channel[:i]
	}
	return channel
}

// leg is what one channel adds to its device.
type leg struct {
	device  string
	context string
	state   call.DeviceState
	held    bool
}

func (l leg) shown() call.DeviceState {
	if l.held && l.state == call.DeviceInUse {
		return call.DeviceOnHold
	}
	return l.state
}

// legState is the device state that one channel makes by itself.
func legState(s call.ChannelState) call.DeviceState {
	switch s {
	case call.ChannelRinging:
		return call.DeviceRinging
	case call.ChannelRing, call.ChannelUp:
		return call.DeviceInUse
	}
	return call.DeviceNotInUse
}

// deviceState combines a device's channels; known is false when the
// configuration has no such device.
func deviceState(d Device, known, reachable bool, legs []call.DeviceState) call.DeviceState {
	switch {
	case len(legs) == 0 && !known:
		return call.DeviceInvalid
	case len(legs) == 0 && !reachable:
		return call.DeviceUnavailable
	case len(legs) == 0:
		return call.DeviceNotInUse
	}
	used := 0
	for _, s := range legs {
		if s == call.DeviceInUse || s == call.DeviceOnHold {
			used++
		}
	}
	if d.BusyAt > 0 && used >= d.BusyAt {
		return call.DeviceBusy
	}
	return Aggregate(legs...)
}
