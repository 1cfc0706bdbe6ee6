package schema

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Secret is a value that prints as stars everywhere; Reveal gives it out.
type Secret string

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the value and its length.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "****"
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the text as it stands.
func (s *Secret) UnmarshalText(b []byte) error {
	*s = Secret(b)
	return nil
}

// Seconds is a length of time written in whole seconds.
type Seconds time.Duration

// maxSeconds keeps sums of a few values far from overflow (100 years).
const maxSeconds = 100 * 366 * 24 * 3600

// Duration is the value as Go counts it.
func (s Seconds) Duration() time.Duration { return time.Duration(s) }

// UnmarshalText takes whole seconds from 0 on.
func (s *Seconds) UnmarshalText(b []byte) error {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n < 0 || n > maxSeconds {
		return fmt.Errorf("want whole seconds")
	}
	*s = Seconds(time.Duration(n) * time.Second)
	return nil
}

// MarshalText writes whole seconds.
func (s Seconds) MarshalText() ([]byte, error) {
	return strconv.AppendInt(nil, int64(time.Duration(s)/time.Second), 10), nil
}

// ParseBool takes Asterisk's words for true and false.
func ParseBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "yes", "true", "on", "y", "t", "1":
		return true, nil
	case "no", "false", "off", "n", "f", "0":
		return false, nil
	}
	return false, fmt.Errorf("want yes or no")
}

// ParsePrefix takes an address, "address/bits" or "address/netmask".
func ParsePrefix(s string) (netip.Prefix, error) {
	addr, mask, found := strings.Cut(s, "/")
	a, err := netip.ParseAddr(strings.Trim(addr, "[]"))
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("%q is no IP address", addr)
	}
	a = a.Unmap()
	bits := a.BitLen()
	if found {
		if bits, err = maskBits(mask, a); err != nil {
			return netip.Prefix{}, err
		}
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("/%s does not fit the address", mask)
	}
	return p, nil
}

func maskBits(mask string, a netip.Addr) (int, error) {
	if n, err := strconv.Atoi(mask); err == nil {
		return n, nil
	}
	m, err := netip.ParseAddr(mask)
	if err != nil || !m.Is4() || !a.Is4() {
		return 0, fmt.Errorf("%q is no mask", mask)
	}
	b := m.As4()
	v := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	n := 0
	for ; v&(1<<31) != 0; v <<= 1 {
		n++
	}
	if v != 0 {
		return 0, fmt.Errorf("%q has holes", mask)
	}
	return n, nil
}

// Prefixes is a list of networks; each line of its key adds to it.
type Prefixes []netip.Prefix

// SetConf adds a comma separated list.
func (p *Prefixes) SetConf(_, value string) error {
	for item := range list(value) {
		n, err := ParsePrefix(item)
		if err != nil {
			return err
		}
		*p = append(*p, n)
	}
	return nil
}

// Contains tells whether one of the networks holds a.
func (p Prefixes) Contains(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, n := range p {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// Lines is a list of texts, one for each line of its key.
type Lines []string

// SetConf adds one line as it stands.
func (l *Lines) SetConf(_, value string) error {
	*l = append(*l, value)
	return nil
}

// list gives the items of a comma separated list without blanks and empty ones.
func list(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for item := range strings.SplitSeq(s, ",") {
			if item = strings.TrimSpace(item); item != "" && !yield(item) {
				return
			}
		}
	}
}
