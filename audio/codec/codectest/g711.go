package codectest

import (
	"encoding/binary"
	"os"
	"testing"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/internal/shared"
)

// Words reads a file of the shared vectors as 16-bit little-endian words.
func Words(tb testing.TB, name string) []uint16 {
	tb.Helper()
	b, err := os.ReadFile(shared.Path(tb, "vectors/"+name))
	if err != nil {
		tb.Fatal(err)
	}
	w := make([]uint16, len(b)/2)
	for i := range w {
		w[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return w
}

// G711 compares one law of G.711 with the ITU sweep over every sample; law is
// the letter that ends the vectors' names.
func G711(t *testing.T, c *codec.Codec, law string) {
	in, codes, out := Words(t, "g711/sweep.src"), Words(t, "g711/sweep-r."+law), Words(t, "g711/sweep-r."+law+"-"+law)
	enc, dec := c.NewEncoder(), c.NewDecoder()
	octet, pcm := make([]byte, 1), make([]int16, 1)
	for i, s := range in {
		if enc.Encode(octet, []int16{int16(s)}); uint16(octet[0]) != codes[i] {
			t.Fatalf("sample %d is encoded %#x, want %#x", int16(s), octet[0], codes[i])
		}
		if dec.Decode(pcm, octet); uint16(pcm[0]) != out[i] {
			t.Fatalf("octet %#x is decoded %d, want %d", octet[0], pcm[0], int16(out[i]))
		}
	}
}

// FuzzDecode decodes any octets and conceals after them.
func FuzzDecode(f *testing.F, c *codec.Codec) {
	f.Add([]byte{0, 0x3F, 0x55, 0x7F, 0x80, 0xC0, 0xD5, 0xFA, 0xFF})
	f.Add(make([]byte, c.FrameBytes))
	f.Fuzz(func(t *testing.T, payload []byte) {
		dst := make([]int16, c.SampleRate/50)
		d := c.NewDecoder()
		if n := d.Decode(dst, payload); n < 0 || n > len(dst) {
			t.Errorf("%d octets gave %d samples with room for %d", len(payload), n, len(dst))
		}
		d.Conceal(dst)
	})
}
