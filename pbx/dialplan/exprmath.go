package dialplan

import (
	"math"
	"strconv"
)

// mathFunc calls a function of expressions; an unknown name, a wrong number of
// arguments and a result that is no number give 0. Results carry 17 digits at
// most: these functions work in double precision.
func mathFunc(name string, args []value) value {
	x, y := 0.0, 0.0
	if len(args) > 0 {
		x, _ = args[0].numberOrZero().Float64()
	}
	if len(args) > 1 {
		y, _ = args[1].numberOrZero().Float64()
	}
	var out float64
	switch len(args) {
	case 1:
		f := unaryMath(name)
		if f == nil {
			return value{"0"}
		}
		out = f(x)
	case 2:
		switch name {
		case "POW":
			out = math.Pow(x, y)
		case "ATAN2":
			out = math.Atan2(x, y)
		case "REMAINDER":
			out = math.Remainder(x, y)
		}
	}
	if math.IsNaN(out) || math.IsInf(out, 0) {
		return value{"0"}
	}
	return value{strconv.FormatFloat(out, 'g', -1, 64)}
}

func unaryMath(name string) func(float64) float64 {
	switch name {
	case "ABS":
		return math.Abs
	case "ACOS":
		return math.Acos
	case "ASIN":
		return math.Asin
	case "ATAN":
		return math.Atan
	case "CEIL":
		return math.Ceil
	case "COS":
		return math.Cos
	case "EXP":
		return math.Exp
	case "EXP2":
		return math.Exp2
	case "FLOOR":
		return math.Floor
	case "LOG":
		return math.Log
	case "LOG10":
		return math.Log10
	case "LOG2":
		return math.Log2
	case "RINT":
		return math.RoundToEven
	case "ROUND":
		return math.Round
	case "SIN":
		return math.Sin
	case "SQRT":
		return math.Sqrt
	case "TAN":
		return math.Tan
	case "TRUNC":
		return math.Trunc
	}
	return nil
}
