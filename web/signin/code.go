package signin

import (
	"crypto/subtle"
	"fmt"
	"io"
	"strings"
	"time"
)

// SetupWindow is how long a setup code is good for.
const SetupWindow = 15 * time.Minute

// crockford is an alphabet without letters that look alike (Crockford's base 32).
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code is a one-time setup code of 80 random bits, shown as four groups of
// four. The zero Code matches nothing. It is immutable.
type Code struct {
	text  string
	until time.Time
}

// NewCode draws a code that is good for SetupWindow.
func NewCode(now time.Time, random io.Reader) (Code, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return Code{}, fmt.Errorf("setup code: %w", err)
	}
	for i := range b {
		b[i] = crockford[b[i]%32] // 256 is a multiple of 32: no bias
	}
	return Code{text: string(b[:]), until: now.Add(SetupWindow)}, nil
}

// String is the code in groups, as it is printed and typed.
func (c Code) String() string {
	if c.text == "" {
		return ""
	}
	return c.text[:4] + "-" + c.text[4:8] + "-" + c.text[8:12] + "-" + c.text[12:]
}

// Matches says whether typed is the code and its window is still open. Case,
// blanks and dashes do not count; O is read as 0, I and L as 1. It takes the
// same time wherever the two differ.
func (c Code) Matches(typed string, now time.Time) bool {
	if len(typed) > 64 {
		return false
	}
	plain := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
	same := subtle.ConstantTimeCompare([]byte(plain), []byte(c.text)) == 1
	return same && c.text != "" && now.Before(c.until)
}
