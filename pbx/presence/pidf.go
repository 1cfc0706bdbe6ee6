package presence

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// PIDFType is the media type of PIDF.
const PIDFType = "application/pidf+xml"

// PIDF is the presence of an extension (RFC 3863) with its activities
// (RFC 4480) and the tuple that Digium and Sangoma phones read. It is a plain value.
type PIDF struct {
	Entity   string // the watched URI
	ID       string // names the tuple, the extension
	Device   call.DeviceState
	Presence call.Presence
}

// basic is the open or closed of the state table.
func (p PIDF) basic() string {
	switch {
	case p.Device == call.DeviceUnavailable, p.Device == call.DeviceInvalid,
		p.Presence.State == call.PresenceUnavailable, p.Presence.State == call.PresenceXA:
		return "closed"
	}
	return "open"
}

// activities are the RPID elements of the state table.
func (p PIDF) activities() string {
	out := ""
	switch p.Presence.State {
	case call.PresenceAway, call.PresenceXA:
		out = "<rpid:away/>"
	case call.PresenceChat:
		out = "<rpid:other>text only</rpid:other>"
	case call.PresenceDND:
		out = "<rpid:busy/>"
	}
	switch p.Device {
	case call.DeviceInUse, call.DeviceBusy, call.DeviceRingInUse, call.DeviceOnHold:
		out += "<rpid:on-the-phone/>"
	}
	return out
}

// XML is the body. It is well formed whatever the fields hold.
func (p PIDF) XML() []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString(`<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"`)
	fmt.Fprintf(&b, " entity=\"%s\">\n <tuple id=\"t-%s\">\n  <status><basic>%s</basic></status>\n", esc(p.Entity), esc(p.ID), p.basic())
	if note := strings.TrimSpace(p.Presence.Message); note != "" {
		fmt.Fprintf(&b, "  <note>%s</note>\n", esc(note))
	}
	b.WriteString(" </tuple>\n")
	if p.Presence.State != call.PresenceInvalid {
		fmt.Fprintf(&b, " <tuple id=\"digium-presence\">\n  <status><digium_presence type=\"%s\" subtype=\"%s\">%s</digium_presence></status>\n </tuple>\n",
			p.Presence.State, esc(p.Presence.Subtype), esc(p.Presence.Message))
	}
	if a := p.activities(); a != "" {
		fmt.Fprintf(&b, " <dm:person id=\"p-%s\"><rpid:activities>%s</rpid:activities></dm:person>\n", esc(p.ID), a)
	}
	b.WriteString("</presence>\n")
	return b.Bytes()
}
