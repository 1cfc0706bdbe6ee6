package pcma

import (
	"encoding/binary"
	"os"
	"testing"

	"github.com/timbre-pbx/timbre/internal/shared"
)

func words(t *testing.T, name string) []int16 {
	t.Helper()
	b, err := os.ReadFile(shared.Path(t, "vectors/g711/"+name))
	if err != nil {
		t.Fatal(err)
	}
	w := make([]int16, len(b)/2)
	for i := range w {
		w[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return w
}

func TestEverySampleIsAsTheITUHasIt(t *testing.T) {
	in, codes, out := words(t, "sweep.src"), words(t, "sweep-r.a"), words(t, "sweep-r.a-a")
	for i, s := range in {
		c := Compress(s)
		if int16(c) != codes[i] {
			t.Fatalf("Compress(%d) = %#x, want %#x", s, c, codes[i])
		}
		if got := Expand(c); got != out[i] {
			t.Fatalf("Expand(%#x) = %d, want %d", c, got, out[i])
		}
	}
}

func TestEveryOctetSurvivesARoundTrip(t *testing.T) {
	for i := range 256 {
		b := byte(i)
		if got := Compress(Expand(b)); Expand(got) != Expand(b) {
			t.Errorf("octet %#x comes back as %#x", b, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0, 0x55, 0x7F, 0x80, 0xD5, 0xFF})
	f.Fuzz(func(t *testing.T, payload []byte) {
		dst := make([]int16, 160)
		d := NewDecoder()
		if n := d.Decode(dst, payload); n != min(len(payload), len(dst)) {
			t.Errorf("%d octets gave %d samples", len(payload), n)
		}
		d.Conceal(dst)
	})
}
