package dialplan

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// precision is the mantissa of expression arithmetic in bits, that of
// Asterisk's long double, and digits how many of it are printed.
const (
	precision = 64
	digits    = 18
	maxNumber = 64 // bytes of a number; longer words are text
)

// number reads v as a number: digits, with a fraction and a sign.
func (v value) number() (*big.Float, bool) {
	s := strings.TrimPrefix(v.text, "-")
	if s == "" || len(s) > maxNumber {
		return nil, false
	}
	whole, frac, dot := strings.Cut(s, ".")
	if mant, exp, ok := strings.Cut(s, "e"); ok && v.computed(exp) {
		whole, frac, dot = strings.Cut(mant, ".")
	}
	if !allDigits(whole) || dot && !allDigits(frac) {
		return nil, false
	}
	f, _, err := big.ParseFloat(v.text, 10, precision, big.ToNearestEven)
	return f, err == nil
}

// computed says that an exponent is one that our own results have: signed.
func (v value) computed(exp string) bool {
	return len(exp) >= 3 && len(exp) <= 5 && (exp[0] == '+' || exp[0] == '-') && allDigits(exp[1:])
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (v value) numberOrZero() *big.Float {
	if f, ok := v.number(); ok {
		return f
	}
	return new(big.Float).SetPrec(precision)
}

func fromFloat(f *big.Float) value { return value{f.Text('g', digits)} }

func boolean(b bool) value {
	if b {
		return value{"1"}
	}
	return value{"0"}
}

// null says that | and & count v as false: the number 0 or nothing at all.
func (v value) null() bool {
	if f, ok := v.number(); ok {
		return f.Sign() == 0
	}
	return v.text == ""
}

// holds says that a condition takes its first branch.
func (v value) holds() bool { return !v.null() && v.text != `""` }

// truth is what ! turns round: a number that is not 0.
func (v value) truth() bool {
	if f, ok := v.number(); ok {
		return f.Sign() != 0
	}
	n, _ := leadingInt(v.text)
	return n != 0
}

func negate(v value) value {
	f, ok := v.number()
	if !ok {
		return value{"0"}
	}
	return fromFloat(f.Neg(f))
}

func apply(op string, a, b value) value {
	switch op {
	case "|", "||":
		if a.null() {
			return b
		}
		return a
	case "&", "&&":
		if a.null() || b.null() {
			return value{"0"}
		}
		return a
	case "+", "-", "*", "/", "%":
		return arithmetic(op, a, b)
	case ":", "=~":
		return search(a, b, op == ":")
	case "~~":
		return value{clip(unquote(a.text) + unquote(b.text))}
	}
	return boolean(compare(op, a, b))
}

func compare(op string, a, b value) bool {
	c := 0
	x, xok := a.number()
	y, yok := b.number()
	if xok && yok {
		c = x.Cmp(y)
	} else {
		c = strings.Compare(a.text, b.text)
	}
	switch op {
	case "=", "==":
		return c == 0
	case "!=":
		return c != 0
	case "<":
		return c < 0
	case ">":
		return c > 0
	case "<=":
		return c <= 0
	}
	return c >= 0
}

func arithmetic(op string, a, b value) value {
	out := new(big.Float).SetPrec(precision)
	switch op {
	case "+":
		return fromFloat(unsigned(out.Add(a.numberOrZero(), b.numberOrZero())))
	case "-":
		return fromFloat(unsigned(out.Sub(a.numberOrZero(), b.numberOrZero())))
	}
	x, xok := a.number()
	y, yok := b.number()
	if !xok || !yok {
		return value{"0"}
	}
	switch {
	case op == "*":
		return fromFloat(out.Mul(x, y))
	case op == "/" && y.Sign() == 0:
		return value{strconv.Itoa(math.MaxInt32)}
	case op == "/":
		return fromFloat(out.Quo(x, y))
	case y.Sign() == 0:
		return value{"0"}
	}
	return remainder(x, y)
}

// unsigned turns -0 into 0.
func unsigned(f *big.Float) *big.Float {
	if f.Sign() == 0 {
		return f.Abs(f)
	}
	return f
}

// remainder is x - y·trunc(x/y), exact while both fit 64 bits of whole number.
func remainder(x, y *big.Float) value {
	if xi, acc := x.Int64(); acc == big.Exact {
		if yi, acc := y.Int64(); acc == big.Exact {
			return value{strconv.FormatInt(xi%yi, 10)}
		}
	}
	a, _ := x.Float64()
	b, _ := y.Float64()
	return value{strconv.FormatFloat(math.Mod(a, b), 'g', 15, 64)}
}

// search matches a regular expression: its first group when it has one, else
// how many bytes matched. RE2 never backtracks, so a pattern cannot stall a call.
func search(a, b value, anchored bool) value {
	re, err := regexp.CompilePOSIX(unquote(b.text))
	if err != nil {
		return value{""}
	}
	text := unquote(a.text)
	m := re.FindStringSubmatchIndex(text)
	if m != nil && anchored && m[0] != 0 {
		m = nil
	}
	switch {
	case m == nil && re.NumSubexp() > 0:
		return value{""}
	case m == nil:
		return value{"0"}
	case re.NumSubexp() == 0:
		return value{strconv.Itoa(m[1] - m[0])}
	case m[2] < 0:
		return value{""}
	}
	return value{text[m[2]:m[3]]}
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
