package call

import (
	"fmt"
	"strings"
)

// DeviceState is what a device or a group of them is doing, in Asterisk's words.
type DeviceState uint8

// The device states, in the order in which they are numbered on the wire of AMI and ARI.
const (
	DeviceUnknown DeviceState = iota
	DeviceNotInUse
	DeviceInUse
	DeviceBusy
	DeviceInvalid
	DeviceUnavailable
	DeviceRinging
	DeviceRingInUse
	DeviceOnHold
)

var deviceText = [...]string{"UNKNOWN", "NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"}

// String is the form that DEVICE_STATE() returns.
func (s DeviceState) String() string {
	if int(s) < len(deviceText) {
		return deviceText[s]
	}
	return "UNKNOWN"
}

// ParseDeviceState reads the form that String writes, case-blind.
func ParseDeviceState(s string) (DeviceState, error) {
	for i, t := range deviceText {
		if strings.EqualFold(t, s) {
			return DeviceState(i), nil
		}
	}
	return DeviceUnknown, fmt.Errorf("unknown device state %q", s)
}

// PresenceState is what a person says of themselves, in Asterisk's words.
type PresenceState uint8

// The presence states. Their order is the order in which a list of providers
// is combined: the highest wins.
const (
	PresenceInvalid PresenceState = iota
	PresenceNotSet
	PresenceAvailable
	PresenceUnavailable
	PresenceChat
	PresenceAway
	PresenceXA
	PresenceDND
)

var presenceText = [...]string{"invalid", "not_set", "available", "unavailable", "chat", "away", "xa", "dnd"}

// String is the form that PRESENCE_STATE() returns.
func (s PresenceState) String() string {
	if int(s) < len(presenceText) {
		return presenceText[s]
	}
	return "invalid"
}

// ParsePresenceState reads a state that may be set, case-blind; "invalid" is not one.
func ParsePresenceState(s string) (PresenceState, error) {
	for i, t := range presenceText[1:] {
		if strings.EqualFold(t, strings.TrimSpace(s)) {
			return PresenceState(i + 1), nil
		}
	}
	return PresenceInvalid, fmt.Errorf("unknown presence state %q (one of %s)", s, strings.Join(presenceText[1:], ", "))
}

// Presence is a presence state with its free text.
type Presence struct {
	State   PresenceState
	Subtype string
	Message string // kept verbatim, outer blanks too
}
