package pcmu

import (
	"testing"

	"github.com/timbre-pbx/timbre/audio/codec/codectest"
)

func TestEverySampleIsAsTheITUHasIt(t *testing.T) { codectest.G711(t, Codec(), "u") }

func TestTablesAreTheFunctions(t *testing.T) {
	octet, pcm := make([]byte, 1), make([]int16, 1)
	e, d := Codec().NewEncoder(), Codec().NewDecoder()
	for s := -32768; s < 32768; s++ {
		if e.Encode(octet, []int16{int16(s)}); octet[0] != Compress(int16(s)) {
			t.Fatalf("sample %d is encoded %#x, want %#x", s, octet[0], Compress(int16(s)))
		}
		if d.Decode(pcm, octet); pcm[0] != Expand(octet[0]) {
			t.Fatalf("octet %#x is decoded %d, want %d", octet[0], pcm[0], Expand(octet[0]))
		}
	}
}

func FuzzDecode(f *testing.F) { codectest.FuzzDecode(f, Codec()) }
