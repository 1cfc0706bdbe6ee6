package event

import "testing"

func TestAReaderThatLagsIsCutOffAndTheOthersSeeEverything(t *testing.T) {
	var b Bus
	hooked := 0
	b.Hook(func(Event) { hooked++ })
	slow, quick := b.Subscribe(1), b.Subscribe(3)
	for range 3 {
		b.Publish(Reloaded{})
	}
	if n := len(quick.C); n != 3 || quick.Lagged() {
		t.Errorf("the quick reader has %d events, lagged %v", n, quick.Lagged())
	}
	if <-slow.C; !slow.Lagged() {
		t.Error("the slow reader was not told that it lagged")
	}
	if _, open := <-slow.C; open {
		t.Error("the slow reader's queue is still open")
	}
	if hooked != 3 {
		t.Errorf("the hook saw %d events, want 3", hooked)
	}
	quick.Close()
	quick.Close()
	b.Publish(Reloaded{})
}
