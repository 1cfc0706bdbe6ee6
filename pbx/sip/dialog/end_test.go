package dialog

import (
	"testing"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/call"
)

func TestReasonHeadersCarryTheCause(t *testing.T) {
	for in, want := range map[string]call.Cause{
		`Q.850;cause=16;text="Normal clearing"`:  16,
		`q.850 ; cause=26`:                       26,
		`SIP;cause=200;text="elsewhere"`:         0,
		`Q.850;cause=200`:                        0,
		`Q.850;cause=`:                           0,
		`Q.850`:                                  0,
		``:                                       0,
		Q850(call.CauseBusy):                     call.CauseBusy,
		Q850(call.CauseNone):                     0,
		`Q.850;text="odd ; cause=x";cause=17;x=`: 17,
	} {
		req := sip.NewRequest(sip.BYE, sip.Uri{})
		req.AppendHeader(sip.NewHeader("Reason", in))
		if got := endOf(Peer, 0, req); got.Cause != want || got.Reason != in {
			t.Errorf("%q: %+v, want cause %d", in, got, want)
		}
	}
}

func TestTheCauseWinsOverOtherReasons(t *testing.T) {
	req := sip.NewRequest(sip.CANCEL, sip.Uri{})
	req.AppendHeader(sip.NewHeader("Reason", "SIP;cause=200"))
	req.AppendHeader(sip.NewHeader("Reason", "Q.850;cause=26"))
	if got := endOf(Peer, 487, req); got.Cause != 26 || got.Reason != "Q.850;cause=26" {
		t.Errorf("%+v", got)
	}
}
