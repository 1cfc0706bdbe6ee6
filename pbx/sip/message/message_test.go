package message

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// drop is a message that is refused without an answer.
const drop = -1

// torture is the answer of the parser to each message of RFC 4475; 0 is
// accepted: what is wrong with it, if anything, is for a higher layer.
var torture = map[string]int{
	"dblreq": 0, "esc01": 0, "esc02": 0, "escnull": 0, "intmeth": 0, "longreq": 0, "lwsdisp": 0,
	"mpart01": 0, "noreason": 0, "semiuri": 0, "transports": 0, "unreason": 0, "wsinv": 0,

	"badaspec": 400, "badbranch": 400, "baddate": 0, "baddn": 400, "badinv01": 400, "badvers": 505,
	"bcast": drop, "bext01": 420, "bigcode": drop, "clerr": 400, "cparam01": 0, "cparam02": 0,
	"escruri": 400, "insuf": 400, "inv2543": 0, "invut": 415, "ltgtruri": 400, "lwsruri": 400,
	"lwsstart": 400, "mcl01": 400, "mismatch01": 400, "mismatch02": 400, "multi01": 400, "ncl": 400,
	"novelsc": 416, "quotbal": 400, "regaut01": 0, "regbadct": 400, "regescrt": 0, "scalar02": 400,
	"scalarlg": drop, "sdp01": 0, "test": drop, "trws": 400, "unkscm": 416, "unksm2": 400, "zeromf": 483,
}

func tortureFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/emiago/sipgo").Output()
	if err != nil {
		tb.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "sip", "testdata", "torture", "*", "*.dat"))
	if len(paths) != 50 {
		tb.Fatalf("%d torture files, want 50", len(paths))
	}
	out := make(map[string][]byte)
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(p), ".dat")] = data
	}
	return out
}

func outcome(f *Fault) int {
	switch {
	case f == nil:
		return 0
	case f.Request == nil:
		return drop
	}
	return f.Status
}

func TestTortureMessagesGetTheExpectedAnswer(t *testing.T) {
	for name, data := range tortureFiles(t) {
		want, ok := torture[name]
		if !ok {
			t.Errorf("%s: no expectation", name)
		}
		_, fault := Parse(data)
		if got := outcome(fault); got != want {
			t.Errorf("%s: got %d (%v), want %d", name, got, fault, want)
		}
	}
}

const options = "OPTIONS sip:100@pbx.example SIP/2.0\r\n" +
	"Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bKab;rport\r\n" +
	"Max-Forwards: 70\r\nFrom: <sip:a@b.example>;tag=1\r\nTo: <sip:100@pbx.example>\r\n" +
	"Call-ID: c1\r\nCSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n"

func TestParse(t *testing.T) {
	long := strings.Repeat("x", 300)
	tests := []struct {
		name, old, new string
		want           int
	}{
		{"as it is", "", "", 0},
		{"space before the colon", "To:", "To :", 0},
		{"compact form with a space", "Call-ID:", "i  :", 0},
		{"tel target", "sip:100@pbx.example SIP", "tel:+34911 SIP", 0},
		{"tag of 300 characters", "tag=1", "tag=" + long, 400},
		{"branch of 300 characters", "z9hG4bKab", "z9hG4bK" + long, 400},
		{"Call-ID of 300 characters", "c1\r\n", long + "\r\n", 400},
		{"method of 300 characters", "OPTIONS", long, 400},
		{"target of 1,100 characters", "sip:100@", "sip:" + strings.Repeat("1", 1100) + "@", 414},
		{"request line over 2 KiB", "sip:100@", "sip:" + strings.Repeat("1", 3000) + "@", 414},
		{"CSeq of 2^31", "CSeq: 7", "CSeq: 2147483648", 400},
		{"CSeq of 2^31-1", "CSeq: 7", "CSeq: 2147483647", 0},
		{"SIP/3.0", "SIP/2.0\r\nVia", "SIP/3.0\r\nVia", 505},
		{"control character in a header name", "To:", "To\x01:", 400},
		{"NUL in a value", "pbx.example>", "pbx\x00.example>", 400},
		{"no To", "To: <sip:100@pbx.example>\r\n", "", 400},
		{"65 headers", "Max-Forwards", strings.Repeat("X: y\r\n", 60) + "Max-Forwards", 400},
		{"33 Vias in one header", "SIP/2.0/UDP", strings.Repeat("SIP/2.0/UDP h;branch=z9hG4bKq,", 33) + "SIP/2.0/UDP", 400},
		{"head over 8 KiB", "Max-Forwards", "X: " + strings.Repeat("y", 8200) + "\r\nMax-Forwards", 513},
		{"encoded body", "Content-Length: 0\r\n\r\n", "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab", 415},
		{"Require that we know", "Max-Forwards", "Require: timer\r\nMax-Forwards", 0},
		{"Content-Length 2^32", "Length: 0", "Length: 4294967296", 400},
		{"Content-Length -1", "Length: 0", "Length: -1", 400},
		{"ACK is never answered", "OPTIONS sip:100@pbx.example", "ACK sip:100@@pbx.example", drop},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			msg := options
			if tt.old != "" {
				if msg = strings.Replace(options, tt.old, tt.new, 1); msg == options {
					t.Fatal("the message is unchanged")
				}
			}
			if strings.Contains(tt.old, "OPTIONS") && tt.want == 0 {
				msg = strings.Replace(msg, "7 OPTIONS", "7 "+tt.new, 1)
			}
			got, fault := Parse([]byte(msg))
			if outcome(fault) != tt.want {
				t.Fatalf("got %d (%v), want %d", outcome(fault), fault, tt.want)
			}
			if (got == nil) == (fault == nil) {
				t.Error("a message and a fault, or neither")
			}
		})
	}
}

func TestUnknownRequireIsListedInUnsupported(t *testing.T) {
	_, fault := Parse([]byte(strings.Replace(options, "Max-F", "Require: timer, foo\r\nRequire: bar\r\nMax-F", 1)))
	if fault == nil || fault.Status != 420 || len(fault.Headers) != 1 || fault.Headers[0].Value() != "foo, bar" {
		t.Fatalf("got %+v", fault)
	}
}

func TestRespondRepeatsWhatItMust(t *testing.T) {
	msg, fault := Parse([]byte(options))
	if fault != nil {
		t.Fatal(fault)
	}
	req := msg.(*sip.Request)
	FixVia(req, netip.MustParseAddrPort("198.51.100.4:1024"))
	got := Respond(req, 401, "Unauthorized", "tt", sip.NewHeader("X-A", "b")).String()
	for _, want := range []string{
		"SIP/2.0 401 Unauthorized\r\n", "rport=1024", "received=198.51.100.4", "branch=z9hG4bKab",
		"To: <sip:100@pbx.example>;tag=tt\r\n", "Call-ID: c1\r\n", "CSeq: 7 OPTIONS\r\n", "X-A: b\r\n", "Content-Length: 0\r\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if req.To().Params.Has("tag") {
		t.Error("the request's own To has a tag now")
	}
	if to := Respond(req, 100, "Trying", "tt").To(); to.Params.Has("tag") {
		t.Error("100 Trying has a To tag")
	}
	req.To().Params.Add("tag", "mine")
	if tag, _ := Respond(req, 200, "OK", "tt").To().Params.Get("tag"); tag != "mine" {
		t.Errorf("To tag %q, want the request's", tag)
	}
}

func TestBrokenRequestsCanBeAnswered(t *testing.T) {
	for name, data := range tortureFiles(t) {
		if _, fault := Parse(data); fault != nil && fault.Request != nil {
			FixVia(fault.Request, netip.MustParseAddrPort("192.0.2.1:5060"))
			res := Respond(fault.Request, fault.Status, fault.Reason, "t", fault.Headers...)
			if _, f := Parse([]byte(res.String())); f != nil && strings.Contains(f.Reason, "Header") {
				t.Errorf("%s: our answer is malformed: %v\n%s", name, f, res)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, data := range tortureFiles(f) {
		f.Add(data)
	}
	f.Add([]byte(options))
	src := netip.MustParseAddrPort("192.0.2.1:5060")
	f.Fuzz(func(t *testing.T, data []byte) {
		msg, fault := Parse(data)
		if (msg == nil) == (fault == nil) {
			t.Fatal("a message and a fault, or neither")
		}
		req, _ := msg.(*sip.Request)
		if fault != nil {
			req = fault.Request
		}
		if req == nil {
			return
		}
		FixVia(req, src)
		if strings.ContainsAny(Respond(req, 400, "Bad Request", "t").String(), "\x00\x01\x7f") {
			t.Fatal("a control character came through")
		}
	})
}
