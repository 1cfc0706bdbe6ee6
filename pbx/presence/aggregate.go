package presence

import "github.com/timbre-pbx/timbre/pbx/call"

// deviceRank orders device states as Asterisk does when several make one.
var deviceRank = [...]int{
	call.DeviceInvalid: 0, call.DeviceUnknown: 1, call.DeviceUnavailable: 2, call.DeviceNotInUse: 3,
	call.DeviceOnHold: 4, call.DeviceRinging: 5, call.DeviceInUse: 6, call.DeviceBusy: 7, call.DeviceRingInUse: 8,
}

// Aggregate combines the states of several devices: one that rings and one
// that is used make RINGINUSE, else the highest of Asterisk's order wins. No
// device at all is UNKNOWN.
func Aggregate(states ...call.DeviceState) call.DeviceState {
	if len(states) == 0 {
		return call.DeviceUnknown
	}
	out := call.DeviceInvalid
	ringing, used := false, false
	for _, s := range states {
		switch s {
		case call.DeviceRinging:
			ringing = true
		case call.DeviceInUse, call.DeviceOnHold, call.DeviceBusy:
			used = true
		}
		if int(s) < len(deviceRank) && deviceRank[s] > deviceRank[out] {
			out = s
		}
	}
	if ringing && used {
		return call.DeviceRingInUse
	}
	return out
}

// Combine returns the presence with the highest state, the first of equals;
// of no provider it is not_set.
func Combine(all ...call.Presence) call.Presence {
	out := call.Presence{State: call.PresenceNotSet}
	for i, p := range all {
		if i == 0 || p.State > out.State {
			out = p
		}
	}
	return out
}
