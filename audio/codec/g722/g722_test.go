package g722

import (
	"testing"

	"github.com/timbre-pbx/timbre/audio/codec/codectest"
)

func words(t *testing.T, name string) []uint16 { return codectest.Words(t, "g722/"+name) }

// The codes are compared with codspw, one to a word; in the packed codsp the
// octets of each pair are swapped.
func TestEncoderMakesTheITUCodesOfSpeech(t *testing.T) {
	in := words(t, "speech/inpsp.bin")
	pcm := make([]int16, len(in))
	for i, w := range in {
		pcm[i] = int16(w)
	}
	got := make([]byte, len(pcm)/2)
	NewEncoder().Encode(got, pcm)
	for i, w := range words(t, "speech/codspw.cod") {
		if uint16(got[i]) != w {
			t.Fatalf("code word %d is %#x, want %#x", i, got[i], w)
		}
	}
}

func TestDecoderMakesTheITUSamplesOfSpeech(t *testing.T) {
	var codes []byte
	for _, w := range words(t, "speech/codspw.cod") {
		codes = append(codes, byte(w))
	}
	want := words(t, "speech/outsp1.bin")
	got := make([]int16, len(want))
	if n := NewDecoder().Decode(got, codes); n != len(want) {
		t.Fatalf("%d samples, want %d", n, len(want))
	}
	for i, w := range want {
		if got[i] != int16(w) {
			t.Fatalf("sample %d is %d, want %d", i, got[i], int16(w))
		}
	}
}

// The digital sequences go round the QMF. Bit 0 of a word says reset; a
// transmit word holds 15 bits for both bands, a code word its code in the
// upper octet.
func TestEncoderFollowsTheITUSequences(t *testing.T) {
	for in, out := range map[string]string{"bt1c1.xmt": "bt2r1.cod", "bt1c2.xmt": "bt2r2.cod"} {
		want := words(t, "sequences/"+out)
		e := NewEncoder().(*encoder)
		for i, w := range words(t, "sequences/"+in) {
			got := uint16(1)
			if w&1 != 0 {
				e = NewEncoder().(*encoder)
			} else {
				x := int(int16(w)) >> 1
				got = uint16(e.code(x, x)) << 8
			}
			if got != want[i] {
				t.Fatalf("%s: code word %d is %#x, want %#x", in, i, got, want[i])
			}
		}
	}
}

func TestDecoderFollowsTheITUSequences(t *testing.T) {
	for _, s := range [][3]string{
		{"bt2r1.cod", "bt3l1.rc1", "bt3h1.rc0"},
		{"bt2r2.cod", "bt3l2.rc1", "bt3h2.rc0"},
		{"bt1d3.cod", "bt3l3.rc1", "bt3h3.rc0"},
	} {
		low, high := words(t, "sequences/"+s[1]), words(t, "sequences/"+s[2])
		d := NewDecoder().(*decoder)
		for i, w := range words(t, "sequences/"+s[0]) {
			gotLow, gotHigh := uint16(1), uint16(1)
			if w&1 != 0 {
				d = NewDecoder().(*decoder)
			} else {
				rl, rh := d.bands(byte(w >> 8))
				gotLow, gotHigh = uint16(rl)<<1, uint16(rh)<<1
			}
			if gotLow != low[i] || gotHigh != high[i] {
				t.Fatalf("%s: word %d gives %#x and %#x, want %#x and %#x", s[0], i, gotLow, gotHigh, low[i], high[i])
			}
		}
	}
}

func FuzzDecode(f *testing.F) { codectest.FuzzDecode(f, Codec()) }

func BenchmarkEncode(b *testing.B) {
	e, pcm, dst := NewEncoder(), make([]int16, 320), make([]byte, 160)
	for i := range pcm {
		pcm[i] = int16(i * 12345)
	}
	b.ReportAllocs()
	for b.Loop() {
		e.Encode(dst, pcm)
	}
}

func BenchmarkDecode(b *testing.B) {
	d, dst, payload := NewDecoder(), make([]int16, 320), make([]byte, 160)
	for i := range payload {
		payload[i] = byte(i * 77)
	}
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(dst, payload)
	}
}
