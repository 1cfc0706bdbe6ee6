package funcs

import (
	"fmt"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func dbFunc(d Deps) dialplan.Func {
	return dialplan.Func{
		Name: "DB", Synopsis: "Read or write family/key of the database; reading also sets DB_RESULT",
		Read: func(c *dialplan.Call, args string) (string, error) {
			v, _, err := lookup(d, c, args)
			return v, err
		},
		Write: func(_ *dialplan.Call, args, value string) error {
			family, key, err := familyKey(args)
			if err != nil {
				return err
			}
			return d.DB.Put(family, key, value)
		},
	}
}

func dbExistsFunc(d Deps) dialplan.Func {
	return dialplan.Func{
		Name: "DB_EXISTS", Synopsis: "1 when family/key is in the database; sets DB_RESULT",
		Read: func(c *dialplan.Call, args string) (string, error) {
			_, found, err := lookup(d, c, args)
			if found {
				return "1", err
			}
			return "0", err
		},
	}
}

func lookup(d Deps, c *dialplan.Call, args string) (string, bool, error) {
	family, key, err := familyKey(args)
	if err != nil {
		return "", false, err
	}
	v, found, err := d.DB.Get(family, key)
	if err == nil && found {
		c.Channel.SetVar("DB_RESULT", v)
	}
	return v, found, err
}

func familyKey(args string) (family, key string, err error) {
	family, key, ok := strings.Cut(args, "/")
	if !ok || family == "" || key == "" {
		return "", "", fmt.Errorf("%q is not family/key", args)
	}
	return family, key, nil
}
