package funcs

import (
	"strconv"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func lenFunc() dialplan.Func {
	return dialplan.Func{
		Name: "LEN", Synopsis: "The length of a text in bytes",
		Read: func(_ *dialplan.Call, args string) (string, error) { return strconv.Itoa(len(args)), nil },
	}
}

func ifFunc() dialplan.Func {
	return dialplan.Func{
		Name: "IF", Synopsis: "condition?then:else",
		Read: func(_ *dialplan.Call, args string) (string, error) {
			cond, sides, _ := strings.Cut(args, "?")
			then, other, _ := strings.Cut(sides, ":")
			if dialplan.Holds(cond) {
				return unquote(then), nil
			}
			return unquote(other), nil
		},
	}
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

func isNullFunc() dialplan.Func {
	return dialplan.Func{
		Name: "ISNULL", Synopsis: "1 when the text is empty",
		Read: func(_ *dialplan.Call, args string) (string, error) { return flag(args == ""), nil },
	}
}

func existsFunc() dialplan.Func {
	return dialplan.Func{
		Name: "EXISTS", Synopsis: "1 when the text is not empty",
		Read: func(_ *dialplan.Call, args string) (string, error) { return flag(args != ""), nil },
	}
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func globalFunc() dialplan.Func {
	return dialplan.Func{
		Name: "GLOBAL", Synopsis: "A global variable",
		Read: func(c *dialplan.Call, args string) (string, error) {
			v, _ := c.Globals.Get(args)
			return v, nil
		},
		Write: func(c *dialplan.Call, args, value string) error {
			c.Globals.Set(args, value)
			return nil
		},
	}
}
