package presence

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// update writes the golden files anew, as `make golden` asks.
var update = os.Getenv("TIMBRE_GOLDEN") == "write"

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".xml")
	if update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

func TestLampsShowTheDialogTable(t *testing.T) {
	for s := call.DeviceUnknown; s <= call.DeviceOnHold; s++ {
		golden(t, "dialog-"+strings.ToLower(s.String()),
			DialogInfo{Entity: "sip:100@pbx.example", ID: "100", Version: uint32(s), State: s}.XML())
	}
	golden(t, "dialog-ringinuse-early",
		DialogInfo{Entity: "sip:100@pbx.example", ID: "100", State: call.DeviceRingInUse, EarlyInUse: true}.XML())
}

func TestPhonesShowThePresenceTable(t *testing.T) {
	for s := call.PresenceInvalid; s <= call.PresenceDND; s++ {
		golden(t, "presence-"+s.String(), PIDF{Entity: "sip:100@pbx.example", ID: "100", Device: call.DeviceNotInUse,
			Presence: call.Presence{State: s, Subtype: "sub", Message: " On the <phone> "}}.XML())
	}
	avail := call.Presence{State: call.PresenceAvailable}
	golden(t, "presence-in-use", PIDF{Entity: "sip:100@pbx.example", ID: "100", Device: call.DeviceInUse, Presence: avail}.XML())
	golden(t, "presence-no-phone", PIDF{Entity: "sip:100@pbx.example", ID: "100", Device: call.DeviceUnavailable, Presence: avail}.XML())
}

func wellFormed(t *testing.T, body []byte) (text string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return text
		}
		if err != nil {
			t.Fatalf("%v in %q", err, body)
		}
		if c, ok := tok.(xml.CharData); ok {
			text += string(c)
		}
	}
}

func FuzzBodies(f *testing.F) {
	f.Add(" On the phone", `"><x>`, uint8(2))
	f.Add("\x00\xff]]>", "&amp;\n", uint8(8))
	f.Fuzz(func(t *testing.T, a, b string, s uint8) {
		wellFormed(t, DialogInfo{Entity: a, ID: b, State: call.DeviceState(s)}.XML())
		wellFormed(t, PIDF{Entity: b, ID: a, Device: call.DeviceState(s), Presence: call.Presence{State: call.PresenceState(s % 9), Subtype: b, Message: a}}.XML())
	})
}

func TestTheMessageReachesDigiumPhonesVerbatim(t *testing.T) {
	text := wellFormed(t, PIDF{Presence: call.Presence{State: call.PresenceDND, Message: " a\r\n<b> "}}.XML())
	if !strings.Contains(text, " a\r\n<b> ") {
		t.Errorf("%q", text)
	}
}
