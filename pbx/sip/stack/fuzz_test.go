package stack

import (
	"testing"
	"time"
)

// FuzzSession plays random events on both sides of a call while random messages
// are lost. Whatever happens, both sides end exactly once and nothing is left.
func FuzzSession(f *testing.F) {
	f.Add(uint32(0), []byte{0, 1, 2, 3, 0x84, 0x15})
	f.Add(uint32(0x1234), []byte{2, 0x83, 0x82, 6, 0x86, 0x74, 0xf5})
	f.Add(uint32(0xffff00), []byte{1, 0x85, 5, 2})
	f.Add(uint32(0x5555), []byte{2, 7, 0x33, 0x47, 0xb3, 5, 0x85})
	f.Fuzz(func(t *testing.T, losses uint32, ops []byte) {
		sent := 0
		lose := func(int, string) bool {
			sent++
			return sent < 32 && losses>>sent&1 == 1
		}
		scenario(t, lose, func(p *pair) {
			p.dial("v=offer")
			for _, op := range ops[:min(len(ops), 40)] {
				p.play(op)
			}
			p.out.Hangup(0, "")
			for range 2 { // the INVITE may come after the first
				if in := p.b.call(); in != nil {
					in.Hangup(0, "")
				}
				p.wait(50 * time.Second)
			}
			p.wait(50 * time.Second)
			if p.a.ear.ends == nil || p.b.call() != nil && p.b.ear.ends == nil {
				t.Errorf("the caller ended %v, the callee %v", p.a.ends, p.b.ends)
			}
		})
	})
}

// play does one thing: the low three bits say what, bit 3 on which side, the
// high bits how long to wait afterwards.
func (p *pair) play(op byte) {
	s := p.out
	if in := p.b.call(); op&8 != 0 && in != nil {
		s = in
	}
	switch op & 7 {
	case 0:
		s.Provisional(180, "", nil)
	case 1:
		s.Provisional(183, "", []byte("v=early"))
	case 2:
		s.Accept([]byte("v=answer"))
	case 3:
		s.Reoffer([]byte("v=again"))
	case 4:
		s.Info("text/plain", []byte("x"))
	case 5:
		s.Hangup(486, "")
	case 6:
		s.Update([]byte("v=update"))
	case 7:
		s.Reject(603, "")
	}
	p.wait(time.Duration(op>>4) * 7 * time.Millisecond)
}
