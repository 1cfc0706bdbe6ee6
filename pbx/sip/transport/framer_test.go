package transport

import (
	"fmt"
	"strings"
	"testing"
)

func cut(f *framer, chunks ...string) (out []string) {
	for _, c := range chunks {
		f.write([]byte(c))
		for {
			kind, msg := f.next()
			if kind == frameNone {
				break
			}
			out = append(out, fmt.Sprint(kind, " ", string(msg)))
			if kind == frameBroken {
				return out
			}
		}
	}
	return out
}

func TestFramerFindsTheSameWhereverTheStreamIsCut(t *testing.T) {
	stream := "\r\n\r\nA\r\nContent-Length: 3\r\n\r\nabc" + "\r\nB\r\nl:\r\n 2\r\n\r\nxy" + "C\r\n\r\n" + "\r\n\r\n"
	want := strings.Join(cut(&framer{head: 100, body: 100}, stream), "|")
	if n := strings.Count(want, "|"); n != 4 {
		t.Fatalf("%d frames in %q", n+1, want)
	}
	for i := range len(stream) {
		for j := i; j < len(stream); j += 3 {
			got := strings.Join(cut(&framer{head: 100, body: 100}, stream[:i], stream[i:j], stream[j:]), "|")
			if got != want {
				t.Fatalf("cut at %d and %d: %q, want %q", i, j, got, want)
			}
		}
	}
}

func TestFramerGivesUpOnBadFraming(t *testing.T) {
	for _, h := range []string{
		"Content-Length: -1", "Content-Length: 101", "l: 2147483648", "Content-Length: 4294967296",
		"Content-Length: 9223372036854775808", "Content-Length: 1\r\nContent-Length: 2",
		"Content-Length: 1\r\nl: 1", "Content-Length:", "Content-Length: 1 1", "X: " + strings.Repeat("y", 200),
	} {
		f := &framer{head: 100, body: 100}
		got := cut(f, "A\r\n"+h+"\r\n\r\n")
		if len(got) != 1 || !strings.HasPrefix(got[0], fmt.Sprint(frameBroken)) {
			t.Errorf("%q: %q, want one broken frame", h, got)
		}
	}
}

func TestFramerHoldsNothingWhenIdle(t *testing.T) {
	f := &framer{head: 100, body: 100}
	cut(f, "A\r\nl: 1\r\n\r\nx")
	if f.buf != nil || f.partial() {
		t.Errorf("holds %q", f.buf)
	}
}

func FuzzFramer(f *testing.F) {
	f.Add([]byte("A\r\nl: 1\r\n\r\nx\r\n\r\nB\r\n\r\n"), 3)
	f.Fuzz(func(t *testing.T, data []byte, at int) {
		at = max(0, min(at, len(data)))
		fr := &framer{head: 64, body: 64}
		a := cut(fr, string(data[:at]), string(data[at:]))
		b := cut(&framer{head: 64, body: 64}, string(data))
		if len(a) > 0 && strings.HasPrefix(a[len(a)-1], fmt.Sprint(frameBroken)) {
			return // how much of a broken head is there depends on the cut
		}
		if strings.Join(a, "|") != strings.Join(b, "|") {
			t.Fatalf("%q, whole %q", a, b)
		}
	})
}
