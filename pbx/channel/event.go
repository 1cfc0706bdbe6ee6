package channel

import (
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// Kind is what happened on a leg.
type Kind uint8

// The kinds of Event.
const (
	Ringing  Kind = iota + 1 // the called leg alerts
	Progress                 // the called leg sends early media
	Answered                 // media may flow both ways
	Digit                    // a DTMF digit ended
	Hold                     // the far end put us on hold
	Unhold                   // and took us off
	PlayDone                 // a Play ended; Seq says which
	HungUp                   // the far end is gone; Cause says why
)

// Event is what a leg or its media reports to the channel.
type Event struct {
	Kind   Kind
	Digit  byte          // '0'…'9', '*', '#', 'A'…'D', for Digit
	Length time.Duration // how long it was pressed
	// Signalled says that the digit came by SIP INFO and so is not in the media.
	Signalled bool
	Cause     call.Cause // for HungUp
	Status    int        // SIP status behind it, 0 when none
	Seq       uint64     // for PlayDone
}
