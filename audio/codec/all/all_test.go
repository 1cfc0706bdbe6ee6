package all

import (
	"testing"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/codectest"
)

func TestEveryCodecKeepsTheContract(t *testing.T) {
	floors := map[string]codectest.Floor{
		"ulaw":   {Tone: 35, Noise: 35},
		"alaw":   {Tone: 35, Noise: 35},
		"g722":   {Tone: 35, Noise: 6}, // the upper band has two bits
		"slin":   {Tone: 90, Noise: 90},
		"slin16": {Tone: 90, Noise: 90},
	}
	for _, c := range Set() {
		floor, ok := floors[c.Name]
		if !ok {
			t.Errorf("%s has no quality floor in this test", c.Name)
		}
		t.Run(c.Name, func(t *testing.T) { codectest.Run(t, c, floor) })
	}
}

func TestCodecsAreFoundAsSDPAndConfigurationNameThem(t *testing.T) {
	set := Set()
	for _, c := range set {
		if set.ByName(c.Name) != c || set.ByEncoding(c.Encoding, c.ClockRate, 0) != c {
			t.Errorf("%s is not found under its own names", c.Name)
		}
		if c.PayloadType != codec.Dynamic && set.ByPayload(c.PayloadType) != c {
			t.Errorf("%s is not found by payload type %d", c.Name, c.PayloadType)
		}
	}
	for pt, name := range map[int]string{0: "ulaw", 8: "alaw", 9: "g722"} {
		if c := set.ByPayload(pt); c == nil || c.Name != name {
			t.Errorf("payload type %d is not %s", pt, name)
		}
	}
}
