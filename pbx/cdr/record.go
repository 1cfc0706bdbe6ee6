package cdr

import (
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// Disposition is what became of a call, in Asterisk's words.
type Disposition string

// The dispositions.
const (
	Answered   Disposition = "ANSWERED"
	NoAnswer   Disposition = "NO ANSWER"
	Busy       Disposition = "BUSY"
	Failed     Disposition = "FAILED"
	Congestion Disposition = "CONGESTION"
)

// Record is one call. It is a plain value; Answer is zero when nobody answered.
type Record struct {
	AccountCode string
	Src         string
	Dst         string
	DContext    string
	CLID        string
	Channel     string
	DstChannel  string
	LastApp     string
	LastData    string
	Start       time.Time
	Answer      time.Time
	End         time.Time
	Disposition Disposition
	UniqueID    call.ID
	UserField   string
	PeerAccount string
	LinkedID    call.ID
	Sequence    uint64
	PowerLost   bool // the box stopped before the call; End is the last moment known
}

// Duration is the length of the call in whole seconds.
func (r Record) Duration() int { return seconds(r.Start, r.End) }

// BillSec is the time since the answer in whole seconds.
func (r Record) BillSec() int { return seconds(r.Answer, r.End) }

func seconds(from, to time.Time) int {
	if from.IsZero() || to.Before(from) {
		return 0
	}
	return int(to.Sub(from) / time.Second)
}

// dialled is the disposition of an unanswered call whose Dial ended with status.
func dialled(status string) Disposition {
	switch status {
	case "BUSY":
		return Busy
	case "CONGESTION":
		return Congestion
	case "CHANUNAVAIL", "INVALIDARGS":
		return Failed
	}
	return NoAnswer
}

// undialled is the disposition of an unanswered call that never reached a Dial.
func undialled(cause call.Cause) Disposition {
	switch cause {
	case call.CauseBusy:
		return Busy
	case call.CauseCongestion, call.CauseSwitchCongestion:
		return Congestion
	case call.CauseUnallocated, call.CauseNoRoute, call.CauseFailure, call.CauseBearerNotAvailable:
		return Failed
	}
	return NoAnswer
}
