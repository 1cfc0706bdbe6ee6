package dialplan

import "testing"

func FuzzExpr(f *testing.F) {
	for _, s := range []string{"1 + 2", `"a" : "(b)"`, "0 ? a :: b", "((((", "!-!-1", "POW(2,3)", "9223372036854775807 % -1", "1 / 0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { Eval(s) })
}

func FuzzSubstitute(f *testing.F) {
	for _, s := range []string{"${A}", "${A:1:-1}", "$[1+${B}]", "${${${A}}}", "${LEN(x)}", "${", "$[", "${A:99999999999:-99999999999}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if out := Substitute(mapScope{"A": "value", "B": "2"}, s); len(out) > maxText {
			t.Fatalf("%d bytes", len(out))
		}
	})
}

func FuzzPattern(f *testing.F) {
	for _, s := range [][2]string{{"_X.", "12"}, {"_[1-3]!", "1"}, {"_[", "1"}, {"1-2", "12"}, {"_[9-1]N", "12"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, digits string) {
		matchExten(pattern, digits)
		if comparePatterns(pattern, digits) > 0 && comparePatterns(digits, pattern) > 0 {
			t.Fatal("the order is not one")
		}
	})
}
