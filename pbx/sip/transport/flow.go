package transport

import (
	"net/netip"
	"time"
)

// Proto is a transport protocol as it stands in a Via header.
type Proto uint8

// The protocols that the box speaks.
const (
	UDP Proto = iota + 1
	TCP
)

// String is the Via form: UDP, TCP.
func (p Proto) String() string {
	switch p {
	case UDP:
		return "UDP"
	case TCP:
		return "TCP"
	}
	return "?"
}

// Reliable says whether the transport retransmits for us (RFC 3261 §17).
func (p Proto) Reliable() bool { return p != UDP }

// Flow says how a message came in, and so how one goes back the same way:
// the listener's own address, the peer's address and, for a stream, which
// connection. It is a comparable value and holds no socket; a Flow whose
// connection is gone is dialled anew when the peer can be reached that way.
type Flow struct {
	Proto  Proto
	Local  netip.AddrPort // the listener's address
	Remote netip.AddrPort // the peer's address as seen by us
	Conn   uint64         // stream connection, 0 for datagrams
}

// Packet is one framed SIP message as it came off the wire. Data is the
// receiver's to keep.
type Packet struct {
	Data []byte
	Flow Flow
	At   time.Time
}

// Sender sends a framed message on a flow. It never waits: a full queue or a
// dead connection is an error.
type Sender interface {
	Send(f Flow, msg []byte) error
}
