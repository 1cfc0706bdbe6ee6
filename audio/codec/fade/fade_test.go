package fade

import "testing"

func TestConcealRepeatsAndDiesAway(t *testing.T) {
	r := New(8000)
	in := make([]int16, 160)
	for i := range in {
		in[i] = int16(1000 + i)
	}
	r.Heard(in)
	out := make([]int16, 480)
	r.Conceal(out)
	if out[0] != in[0] {
		t.Errorf("first concealed sample is %d, want the start of the last frame, %d", out[0], in[0])
	}
	for i := 160; i < len(out); i++ {
		if out[i] > out[i-160] {
			t.Fatalf("sample %d is %d, louder than %d one repeat before", i, out[i], out[i-160])
		}
	}
	r.Conceal(out)
	for i, s := range out {
		if s != 0 {
			t.Fatalf("sample %d after 60 ms of loss is %d, want silence", i, s)
		}
	}
}

func TestHistoryTakesAnyChunkSize(t *testing.T) {
	for chunk := 1; chunk <= 500; chunk += 37 {
		r := New(16000)
		var next int16
		for next < 2000 {
			part := make([]int16, chunk)
			for i := range part {
				part[i] = next
				next++
			}
			r.Heard(part)
		}
		out := make([]int16, 1)
		r.Conceal(out)
		if out[0] != next-320 {
			t.Errorf("chunks of %d: concealment starts at %d, want %d", chunk, out[0], next-320)
		}
	}
}
