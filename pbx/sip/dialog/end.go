package dialog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// By says who ended a dialog.
type By uint8

// Who ended it.
const (
	Us   By = iota + 1 // a method of ours
	Peer               // a request or a response of the peer
	Lost               // nobody: silence, a dead transport, the box going down
)

// End says how a dialog ended. Immutable.
type End struct {
	By     By
	Status int        // final response of the INVITE, ours or the peer's; 0 once it was answered
	Cause  call.Cause // Q.850 cause of the peer's Reason header (RFC 3326); 0 if there is none
	Reason string     // the peer's Reason header, as it came
}

func endOf(by By, status int, m sip.Message) End {
	e := End{By: by, Status: status}
	for _, h := range m.GetHeaders("Reason") {
		v := h.Value()
		if e.Reason == "" {
			e.Reason = v
		}
		if c := causeOf(v); c != 0 {
			e.Cause, e.Reason = c, v
		}
	}
	return e
}

// causeOf reads `Q.850;cause=16;text="…"`.
func causeOf(v string) call.Cause {
	proto, params, _ := strings.Cut(v, ";")
	if !strings.EqualFold(strings.TrimSpace(proto), "Q.850") {
		return 0
	}
	for p := range strings.SplitSeq(params, ";") {
		k, n, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(k, "cause") {
			if c, err := strconv.ParseUint(n, 10, 7); err == nil {
				return call.Cause(c)
			}
		}
	}
	return 0
}

// Q850 is the value of a Reason header for a cause; "" for none.
func Q850(c call.Cause) string {
	if c == 0 {
		return ""
	}
	return fmt.Sprintf("Q.850;cause=%d;text=%q", uint8(c), c.String())
}

func reasonHeader(v string) []sip.Header {
	if v == "" {
		return nil
	}
	return []sip.Header{sip.NewHeader("Reason", v)}
}

// Phrase is the reason phrase of a status (RFC 3261 §21).
func Phrase(code int) string {
	switch code {
	case 100:
		return "Trying"
	case 180:
		return "Ringing"
	case 181:
		return "Call Is Being Forwarded"
	case 182:
		return "Queued"
	case 183:
		return "Session Progress"
	case 200:
		return "OK"
	case 202:
		return "Accepted"
	case 302:
		return "Moved Temporarily"
	case 400:
		return "Bad Request"
	case 403:
		return "Forbidden"
	case 404:
		return "Not Found"
	case 405:
		return "Method Not Allowed"
	case 408:
		return "Request Timeout"
	case 410:
		return "Gone"
	case 415:
		return "Unsupported Media Type"
	case 423:
		return "Interval Too Brief"
	case 469:
		return "Bad Info Package"
	case 480:
		return "Temporarily Unavailable"
	case 481:
		return "Call/Transaction Does Not Exist"
	case 484:
		return "Address Incomplete"
	case 486:
		return "Busy Here"
	case 487:
		return "Request Terminated"
	case 488:
		return "Not Acceptable Here"
	case 489:
		return "Bad Event"
	case 491:
		return "Request Pending"
	case 500:
		return "Server Internal Error"
	case 501:
		return "Not Implemented"
	case 502:
		return "Bad Gateway"
	case 503:
		return "Service Unavailable"
	case 603:
		return "Decline"
	}
	return "Status " + strconv.Itoa(code)
}
