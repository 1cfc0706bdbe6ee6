package presence

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// DialogInfoType is the media type of DialogInfo.
const DialogInfoType = "application/dialog-info+xml"

// DialogInfo is the state of an extension as a lamp on a phone reads it
// (RFC 4235). It is a plain value.
type DialogInfo struct {
	Entity     string // the watched URI
	ID         string // names the dialog, the extension
	Version    uint32 // rises by one for each body of a subscription
	State      call.DeviceState
	EarlyInUse bool // notify_early_inuse_ringing: RINGINUSE blinks
}

// phase is the dialog state and direction that a device state shows as.
func (d DialogInfo) phase() (state, direction string) {
	switch d.State {
	case call.DeviceRinging:
		return "early", "recipient"
	case call.DeviceRingInUse:
		if d.EarlyInUse {
			return "early", "recipient"
		}
		return "confirmed", ""
	case call.DeviceInUse, call.DeviceBusy, call.DeviceOnHold:
		return "confirmed", ""
	}
	return "terminated", ""
}

// XML is the full-state body. It is well formed whatever the fields hold.
func (d DialogInfo) XML() []byte {
	var b bytes.Buffer
	state, direction := d.phase()
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="%d" state="full" entity="%s">`, d.Version, esc(d.Entity))
	fmt.Fprintf(&b, "\n"+` <dialog id="%s"`, esc(d.ID))
	if direction != "" {
		fmt.Fprintf(&b, ` direction="%s"`, direction)
	}
	fmt.Fprintf(&b, ">\n  <state>%s</state>\n", state)
	if d.State == call.DeviceOnHold {
		fmt.Fprintf(&b, "  <local>\n   <target uri=\"%s\">\n    <param pname=\"+sip.rendering\" pvalue=\"no\"/>\n   </target>\n  </local>\n", esc(d.Entity))
	}
	b.WriteString(" </dialog>\n</dialog-info>\n")
	return b.Bytes()
}

// esc makes s safe in text and in a quoted attribute; what XML cannot hold
// becomes U+FFFD.
func esc(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
