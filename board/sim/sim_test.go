package sim

import (
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/board"
	"github.com/timbre-pbx/timbre/board/boardtest"
)

func TestConformance(t *testing.T) {
	boardtest.Run(t, func(*testing.T) board.Board { return New(time.Now, "led1", "led2") })
}

func TestTheTimelineHoldsChangesOnlyAndIsBounded(t *testing.T) {
	b := New(time.Now, "led1")
	l, _ := b.LED("led1")
	for i := range 3 * timelineSize {
		if err := l.Set(i/2%2 == 0, board.Green); err != nil {
			t.Fatal(err)
		}
	}
	line := b.Timeline("led1")
	if len(line) != timelineSize {
		t.Fatalf("%d changes kept", len(line))
	}
	for i := 1; i < len(line); i++ {
		if line[i].On == line[i-1].On {
			t.Fatalf("change %d is none", i)
		}
	}
}
