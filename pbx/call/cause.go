package call

import "fmt"

// Cause is a release cause of ITU-T Q.850. The zero Cause means that none was given.
type Cause uint8

// The causes that the PBX sets or maps by name (Q.850 table 1).
const (
	CauseNone               Cause = 0
	CauseUnallocated        Cause = 1
	CauseNoRouteTransit     Cause = 2
	CauseNoRoute            Cause = 3
	CauseNormal             Cause = 16
	CauseBusy               Cause = 17
	CauseNoUserResponse     Cause = 18
	CauseNoAnswer           Cause = 19
	CauseAbsent             Cause = 20
	CauseRejected           Cause = 21
	CauseNumberChanged      Cause = 22
	CauseRedirected         Cause = 23
	CauseAnsweredElsewhere  Cause = 26
	CauseOutOfOrder         Cause = 27
	CauseInvalidNumber      Cause = 28
	CauseFacilityRejected   Cause = 29
	CauseNormalUnspecified  Cause = 31
	CauseCongestion         Cause = 34
	CauseFailure            Cause = 38
	CauseTemporaryFailure   Cause = 41
	CauseSwitchCongestion   Cause = 42
	CauseBearerNotAvailable Cause = 58
	CauseChannelUnavailable Cause = 66
	CauseTimer              Cause = 102
	CauseInterworking       Cause = 127
)

var causeText = map[Cause]string{
	CauseUnallocated: "Unallocated number", CauseNoRouteTransit: "No route to transit network",
	CauseNoRoute: "No route to destination", CauseNormal: "Normal clearing", CauseBusy: "User busy",
	CauseNoUserResponse: "No user responding", CauseNoAnswer: "No answer from user",
	CauseAbsent: "Subscriber absent", CauseRejected: "Call rejected", CauseNumberChanged: "Number changed",
	CauseRedirected: "Redirected to new destination", CauseAnsweredElsewhere: "Answered elsewhere",
	CauseOutOfOrder: "Destination out of order", CauseInvalidNumber: "Invalid number format",
	CauseFacilityRejected: "Facility rejected", CauseNormalUnspecified: "Normal, unspecified",
	CauseCongestion: "No circuit available", CauseFailure: "Network out of order",
	CauseTemporaryFailure: "Temporary failure", CauseSwitchCongestion: "Switching equipment congestion",
	CauseBearerNotAvailable: "Bearer capability not available", CauseChannelUnavailable: "Channel type not implemented",
	CauseTimer: "Recovery on timer expiry", CauseInterworking: "Interworking, unspecified",
}

// String is the cause's Q.850 text.
func (c Cause) String() string {
	if s, ok := causeText[c]; ok {
		return s
	}
	return fmt.Sprintf("Cause %d", uint8(c))
}

// SIPStatus is the final response that tells a caller why its call failed
// before it was answered. Zero means that the cause decides nothing; the
// caller of this function then says 603, 404 or 480 by what happened.
func (c Cause) SIPStatus() int {
	switch c {
	case CauseUnallocated, CauseNoRouteTransit, CauseNoRoute:
		return 404
	case CauseBusy:
		return 486
	case CauseNoUserResponse:
		return 408
	case CauseNoAnswer, CauseAbsent, CauseNormalUnspecified:
		return 480
	case CauseRejected:
		return 403
	case CauseNumberChanged:
		return 410
	case CauseRedirected:
		return 302
	case CauseOutOfOrder:
		return 502
	case CauseInvalidNumber:
		return 484
	case CauseFacilityRejected:
		return 501
	case CauseCongestion, CauseSwitchCongestion:
		return 503
	case CauseFailure, CauseInterworking:
		return 500
	case CauseBearerNotAvailable:
		return 488
	case CauseChannelUnavailable:
		return 503
	}
	return 0
}

// CauseOfStatus maps a callee's final response to the cause that the dialplan sees.
func CauseOfStatus(code int) Cause {
	switch code {
	case 302:
		return CauseRedirected
	case 401, 403, 407, 603:
		return CauseRejected
	case 404, 485, 604:
		return CauseUnallocated
	case 408:
		return CauseNoUserResponse
	case 409:
		return CauseTemporaryFailure
	case 410:
		return CauseNumberChanged
	case 420:
		return CauseNoRoute
	case 480, 483:
		return CauseNoAnswer
	case 484:
		return CauseInvalidNumber
	case 486, 600:
		return CauseBusy
	case 488, 606:
		return CauseBearerNotAvailable
	case 500:
		return CauseFailure
	case 501:
		return CauseFacilityRejected
	case 502:
		return CauseOutOfOrder
	case 503:
		return CauseCongestion
	case 504:
		return CauseTimer
	case 405, 411, 413, 414, 415, 481, 482, 487, 491, 493, 505:
		return CauseInterworking
	}
	switch {
	case code >= 200 && code < 300:
		return CauseNormal
	case code >= 400 && code < 500, code >= 600 && code < 700:
		return CauseInterworking
	case code >= 500 && code < 600:
		return CauseFailure
	}
	return CauseNone
}
