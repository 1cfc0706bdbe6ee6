package dial

import "github.com/timbre-pbx/timbre/pbx/call"

// Status is what became of a Dial, as the variable DIALSTATUS has it.
type Status string

// The outcomes that a Dial can have.
const (
	Answer      Status = "ANSWER"
	Busy        Status = "BUSY"
	NoAnswer    Status = "NOANSWER"
	Cancel      Status = "CANCEL"
	Congestion  Status = "CONGESTION"
	Unavailable Status = "CHANUNAVAIL"
	InvalidArgs Status = "INVALIDARGS"
)

// outcome folds the causes with which unanswered legs ended into one status.
type outcome struct {
	legs, busy, congested, unreachable int
}

func (o *outcome) add(cause call.Cause) {
	o.legs++
	switch cause {
	case call.CauseBusy:
		o.busy++
	case call.CauseCongestion, call.CauseFailure, call.CauseSwitchCongestion, call.CauseFacilityRejected,
		call.CauseOutOfOrder, call.CauseTimer:
		o.congested++
	case call.CauseAbsent, call.CauseNoRoute, call.CauseUnallocated, call.CauseChannelUnavailable, call.CauseBearerNotAvailable:
		o.unreachable++
	}
}

// status is BUSY when any leg was busy, else CONGESTION when any was
// congested, else CHANUNAVAIL when none could be reached, else NOANSWER.
func (o *outcome) status() Status {
	switch {
	case o.busy > 0:
		return Busy
	case o.congested > 0:
		return Congestion
	case o.unreachable == o.legs:
		return Unavailable
	}
	return NoAnswer
}
