package call

import "testing"

// The tables are those that a PBX's users rely on; each row is written out so
// that a change of one is seen.
func TestCausesBecomeTheAnswersThatCallersExpect(t *testing.T) {
	for cause, want := range map[Cause]int{
		1: 404, 2: 404, 3: 404, 17: 486, 18: 408, 19: 480, 20: 480, 31: 480, 21: 403, 22: 410, 23: 302, 27: 502,
		28: 484, 29: 501, 34: 503, 42: 503, 38: 500, 127: 500, 58: 488, 66: 503, 0: 0, 16: 0,
	} {
		if got := cause.SIPStatus(); got != want {
			t.Errorf("cause %d: status %d, want %d", cause, got, want)
		}
	}
}

func TestAnswersBecomeTheCausesThatTheDialplanExpects(t *testing.T) {
	for code, want := range map[int]Cause{
		302: 23, 401: 21, 403: 21, 407: 21, 603: 21, 404: 1, 485: 1, 604: 1, 408: 18, 409: 41, 410: 22, 420: 3,
		480: 19, 483: 19, 484: 28, 486: 17, 600: 17, 488: 58, 606: 58, 500: 38, 501: 29, 502: 27, 503: 34, 504: 102,
		405: 127, 411: 127, 413: 127, 481: 127, 487: 127, 491: 127, 493: 127, 505: 127, 499: 127, 599: 38, 699: 127,
		200: 16,
	} {
		if got := CauseOfStatus(code); got != want {
			t.Errorf("status %d: cause %d, want %d", code, got, want)
		}
	}
}

func TestCallerIDReadsEveryFormOfTheFiles(t *testing.T) {
	for in, want := range map[string]CallerID{
		`300 <300>`:            {"300", "300"},
		`"Ana Ruiz" <+34 600>`: {"Ana Ruiz", "+34 600"},
		`<101>`:                {"", "101"},
		`101`:                  {"", "101"},
		`Ana`:                  {"Ana", ""},
		``:                     {},
		`<`:                    {"<", ""},
	} {
		if got := ParseCallerID(in); got != want {
			t.Errorf("%q: %+v, want %+v", in, got, want)
		}
	}
}

func TestStatesKeepTheirText(t *testing.T) {
	for s := DeviceUnknown; s <= DeviceOnHold; s++ {
		if got, err := ParseDeviceState(s.String()); err != nil || got != s {
			t.Errorf("%v: %v, %v", s, got, err)
		}
	}
	for s := PresenceNotSet; s <= PresenceDND; s++ {
		if got, err := ParsePresenceState(s.String()); err != nil || got != s {
			t.Errorf("%v: %v, %v", s, got, err)
		}
	}
	if _, err := ParsePresenceState("invalid"); err == nil {
		t.Error("invalid may be set")
	}
}
