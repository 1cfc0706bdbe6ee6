package l16

import (
	"bytes"
	"testing"

	"github.com/timbre-pbx/timbre/audio/codec/codectest"
)

func TestSamplesTravelInNetworkByteOrder(t *testing.T) {
	got := make([]byte, 6)
	n := Slin().NewEncoder().Encode(got, []int16{1, -2, 0x1234})
	if want := []byte{0, 1, 0xFF, 0xFE, 0x12, 0x34}; n != 6 || !bytes.Equal(got, want) {
		t.Errorf("payload is % x, want % x", got, want)
	}
}

func TestHalfASampleIsIgnored(t *testing.T) {
	dst := make([]int16, 4)
	if n := Slin16().NewDecoder().Decode(dst, []byte{0x80, 0, 7}); n != 1 || dst[0] != -32768 {
		t.Errorf("%d samples, first %d, want 1, -32768", n, dst[0])
	}
}

func FuzzDecode(f *testing.F) { codectest.FuzzDecode(f, Slin()) }
