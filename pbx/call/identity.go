package call

import (
	"fmt"
	"strings"
	"time"
)

// ID names one channel for its whole life: epoch seconds, a dot and a counter,
// as Asterisk's UNIQUEID. The empty ID names none.
type ID string

// MakeID builds the ID of the seq-th channel, made at start.
func MakeID(start time.Time, seq uint64) ID { return ID(fmt.Sprintf("%d.%d", start.Unix(), seq)) }

// CallerID is a party's presented identity.
type CallerID struct {
	Name   string
	Number string
}

// String is the CLID form of a CDR: "Name" <number>, <number> or "Name".
func (c CallerID) String() string {
	switch {
	case c.Name != "" && c.Number != "":
		return fmt.Sprintf("%q <%s>", c.Name, c.Number)
	case c.Number != "":
		return c.Number
	default:
		return c.Name
	}
}

// ParseCallerID reads the configuration form: Name <number>, "Name" <number>,
// <number>, or a bare number or name.
func ParseCallerID(s string) CallerID {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '<'); i >= 0 && strings.HasSuffix(s, ">") {
		return CallerID{Name: unquote(s[:i]), Number: strings.TrimSpace(s[i+1 : len(s)-1])}
	}
	if s != "" && strings.Trim(s, "+*#0123456789-. ()") == "" {
		return CallerID{Number: s}
	}
	return CallerID{Name: unquote(s)}
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
