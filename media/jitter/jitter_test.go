package jitter_test

import (
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/media/jitter"
)

func TestPop(t *testing.T) {
	tests := []struct {
		name string
		in   []uint16
		want string // of Pops from Delay on: p play, l lost, e empty
		seqs []uint16
	}{
		{"nothing", nil, "e", nil},
		{"in order", []uint16{1, 2, 3}, "pppe", []uint16{1, 2, 3}},
		{"across the wrap", []uint16{65535, 0}, "ppe", []uint16{65535, 0}},
		{"swapped", []uint16{1, 3, 2}, "pppe", []uint16{1, 2, 3}},
		{"swapped at the front", []uint16{2, 1}, "ppe", []uint16{1, 2}},
		{"one lost", []uint16{1, 3}, "plpe", []uint16{1, 3}},
		{"twice", []uint16{1, 1, 2}, "ppe", []uint16{1, 2}},
		{"a jump starts anew", []uint16{1, 500}, "pe", []uint16{500}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Unix(1, 0)
			var b jitter.Buffer
			for _, s := range tt.in {
				b.Push(now, jitter.Packet{Sequence: s, Payload: []byte{byte(s)}})
			}
			if _, o := b.Pop(now); o != jitter.Empty {
				t.Fatal("gave a packet before its time")
			}
			now = now.Add(jitter.Delay)
			got, seqs := "", []uint16(nil)
			for range tt.want {
				p, o := b.Pop(now)
				got += string("epl"[o])
				if o == jitter.Play {
					seqs = append(seqs, p.Sequence)
				}
			}
			if got != tt.want || len(seqs) != len(tt.seqs) {
				t.Fatalf("got %s %v, want %s %v", got, seqs, tt.want, tt.seqs)
			}
			for i := range seqs {
				if seqs[i] != tt.seqs[i] {
					t.Fatalf("got %v, want %v", seqs, tt.seqs)
				}
			}
		})
	}
}

func TestPushRefusesWhatIsTooLong(t *testing.T) {
	var b jitter.Buffer
	if b.Push(time.Unix(1, 0), jitter.Packet{Payload: make([]byte, jitter.MaxPayload+1)}) {
		t.Fatal("taken")
	}
}

func FuzzBuffer(f *testing.F) {
	f.Add([]byte{1, 2, 3, 250, 0})
	f.Fuzz(func(t *testing.T, ops []byte) {
		var b jitter.Buffer
		now, held := time.Unix(1, 0), 0
		for _, op := range ops {
			now = now.Add(5 * time.Millisecond)
			if op >= 200 {
				if _, o := b.Pop(now); o == jitter.Play {
					held--
				}
			} else if b.Push(now, jitter.Packet{Sequence: uint16(op) * 3}) {
				held++
			}
			if held < 0 {
				t.Fatal("gave more than it took")
			}
		}
	})
}
