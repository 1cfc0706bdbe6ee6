package presence

import "testing"

func FuzzStoredValueSurvivesItsRoundTrip(f *testing.F) {
	for _, s := range []string{"dnd,, On the phone", "xa,YSxi,eA==,e", "available", "away,,,,,", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseValue(s)
		if err != nil {
			return
		}
		if again, err := ParseValue(FormatValue(p)); err != nil || again != p {
			t.Errorf("%q: %+v became %+v, %v", s, p, again, err)
		}
	})
}

func FuzzParseHint(f *testing.F) {
	f.Add("PJSIP/300&Custom:lamp1,CustomPresence:led1")
	f.Add(",&,")
	f.Fuzz(func(t *testing.T, s string) {
		devices, providers, _ := ParseHint(s)
		for _, name := range append(devices, providers...) {
			if name == "" {
				t.Errorf("%q has a name that is empty", s)
			}
		}
	})
}
