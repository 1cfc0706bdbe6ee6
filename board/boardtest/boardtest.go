// Package boardtest is the conformance suite that every board passes.
package boardtest

import (
	"testing"

	"github.com/timbre-pbx/timbre/board"
)

// Run checks a board that open makes anew for each test.
func Run(t *testing.T, open func(t *testing.T) board.Board) {
	t.Run("every light that is named can be set", func(t *testing.T) {
		b := open(t)
		if b.Name() == "" || len(b.LEDs()) == 0 {
			t.Fatalf("name %q, lights %v", b.Name(), b.LEDs())
		}
		seen := map[string]bool{}
		for _, name := range b.LEDs() {
			if seen[name] {
				t.Errorf("%s is named twice", name)
			}
			seen[name] = true
			led, ok := b.LED(name)
			if !ok {
				t.Fatalf("%s is named but cannot be found", name)
			}
			for _, on := range []bool{true, true, false} {
				if err := led.Set(on, board.Red); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	})
	t.Run("a light that is not there is not found", func(t *testing.T) {
		if _, ok := open(t).LED("no such light"); ok {
			t.Error("found")
		}
	})
	t.Run("closing releases the board", func(t *testing.T) {
		if err := open(t).Close(); err != nil {
			t.Error(err)
		}
	})
}
