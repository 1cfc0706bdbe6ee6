package event

import (
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// Event is one of the types of this file.
type Event interface{ event() }

// ChannelCreated says that a channel exists.
type ChannelCreated struct{ Channel call.Snapshot }

// ChannelState says that a channel rings or was answered.
type ChannelState struct{ Channel call.Snapshot }

// ChannelApp says that a channel began to run an application.
type ChannelApp struct{ Channel call.Snapshot }

// ChannelHangup says that a channel ended; it is the channel's last event and
// is published after the `h` extension ran.
type ChannelHangup struct{ Channel call.Snapshot }

// DialBegin says that Caller began to call Callee.
type DialBegin struct{ Caller, Callee call.Snapshot }

// DialEnd gives the outcome of all legs of one Dial, as DIALSTATUS has it.
type DialEnd struct {
	Caller call.Snapshot
	Callee call.Snapshot // the leg that answered, zero when none did
	Status string
}

// BridgeEnter says that two channels hear each other.
type BridgeEnter struct{ A, B call.Snapshot }

// BridgeLeave says that they no longer do.
type BridgeLeave struct{ A, B call.Snapshot }

// DeviceState says that a device changed, "PJSIP/100" or "Custom:lamp1".
type DeviceState struct {
	Device string
	State  call.DeviceState
}

// Presence says that a provider changed, "CustomPresence:led1".
type Presence struct {
	Provider string
	Presence call.Presence
}

// LED says that a light shows another pattern.
type LED struct {
	Name    string
	Pattern string // name of the row in the indicator table
}

// Contact says that a phone registered, refreshed to another address, or left.
type Contact struct {
	AOR   string
	URI   string
	Gone  bool
	Until time.Time
}

// Reloaded says that a configuration took effect; Revision counts up.
type Reloaded struct {
	Revision uint64
	Warnings int
}

// SecurityNotice is a refusal worth a line in the security log.
type SecurityNotice struct {
	Kind    string // InvalidPassword, InvalidAccountID, …
	Account string
	Remote  string
	Detail  string
}

func (ChannelCreated) event() {}
func (ChannelState) event()   {}
func (ChannelApp) event()     {}
func (ChannelHangup) event()  {}
func (DialBegin) event()      {}
func (DialEnd) event()        {}
func (BridgeEnter) event()    {}
func (BridgeLeave) event()    {}
func (DeviceState) event()    {}
func (Presence) event()       {}
func (LED) event()            {}
func (Contact) event()        {}
func (Reloaded) event()       {}
func (SecurityNotice) event() {}
