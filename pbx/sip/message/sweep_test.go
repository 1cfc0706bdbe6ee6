package message

import (
	"strings"
	"testing"
)

// TestEveryLengthOfEveryTokenIsAcceptedOrRefused puts long values at every
// place of a request: the answer is a message, or one of the refusals that the
// caps have.
func TestEveryLengthOfEveryTokenIsAcceptedOrRefused(t *testing.T) {
	places := []string{"OPTIONS sip", "100@", "pbx.example SIP", "192.0.2.7", "5062", "z9hG4bKab", "rport", "70\r\n",
		"a@b", "b.example", "tag=1", "c1", "7 ", "Call-ID", "Max-Forwards", "SIP/2.0/UDP", "0\r\n\r\n"}
	for _, place := range places {
		if !strings.Contains(options, place) {
			t.Fatalf("%q is not in the request", place)
		}
		for _, n := range []int{0, 1, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 4096, 65535, 70000} {
			for _, c := range []string{"1", ";", "\"", "\r\n "} {
				msg, fault := Parse([]byte(strings.Replace(options, place, strings.Repeat(c, n)+place, 1)))
				if (msg == nil) == (fault == nil) {
					t.Fatalf("%d of %q before %q: a message and a fault, or neither", n, c, place)
				}
				if fault == nil {
					continue
				}
				switch fault.Status {
				case 400, 414, 416, 483, 505, 513:
				default:
					t.Errorf("%d of %q before %q: %v", n, c, place, fault)
				}
			}
		}
	}
}
