package config

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// Bind is an address to serve. Port 0 asks the system for one; without a port in
// the text PortSet is false until the transport's default is put in.
type Bind struct {
	netip.AddrPort
	PortSet bool
}

// UnmarshalText takes an IP address with or without a port.
func (b *Bind) UnmarshalText(text []byte) error {
	s := string(text)
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		*b = Bind{netip.AddrPortFrom(a, 0), false}
		return nil
	}
	ap, err := netip.ParseAddrPort(s)
	if err != nil {
		return fmt.Errorf("want an IP address with or without a port")
	}
	*b = Bind{ap, true}
	return nil
}

// withPort is b with the port that counts where none is written.
func (b Bind) withPort(port uint16) Bind {
	if b.PortSet {
		return b
	}
	return Bind{netip.AddrPortFrom(b.Addr(), port), true}
}

// Algorithms are digest algorithms in order of preference, in RFC 8760's spelling.
type Algorithms []string

// SetConf replaces the list.
func (a *Algorithms) SetConf(_, value string) error {
	var out Algorithms
	for item := range strings.SplitSeq(value, ",") {
		switch name := strings.ToUpper(strings.TrimSpace(item)); name {
		case "":
		case "MD5", "SHA-256":
			out = append(out, name)
		case "SHA256":
			out = append(out, "SHA-256")
		default:
			return fmt.Errorf("%q is not supported; there are MD5 and SHA-256", item)
		}
	}
	*a = out
	return nil
}

// AddrMatch holds source addresses; hosts are kept by name.
type AddrMatch struct {
	Prefixes schema.Prefixes
	Hosts    []string
}

// SetConf adds a comma separated list.
func (m *AddrMatch) SetConf(_, value string) error {
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if p, err := schema.ParsePrefix(hostOnly(item)); err == nil {
			m.Prefixes = append(m.Prefixes, p)
		} else if strings.ContainsAny(item, "/ \t") {
			return err
		} else {
			m.Hosts = append(m.Hosts, item)
		}
	}
	return nil
}

// hostOnly takes the port off "address:port".
func hostOnly(s string) string {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().String()
	}
	return s
}

// ACL is an ordered list of permissions for source addresses. The last rule that
// holds the address decides; without one the address is let in (Asterisk's ha).
type ACL []ACLRule

// ACLRule is one "permit" or "deny".
type ACLRule struct {
	Permit bool
	Prefix netip.Prefix
}

// SetConf adds a comma separated list of networks; "!" turns one around. A line
// that cannot be understood denies every address: it was meant to protect.
func (a *ACL) SetConf(key, value string) error {
	var rules ACL
	for item := range strings.SplitSeq(value, ",") {
		permit := key == "permit"
		item = strings.TrimSpace(item)
		if name, not := strings.CutPrefix(item, "!"); not {
			item, permit = name, !permit
		}
		p, err := schema.ParsePrefix(item)
		if err != nil {
			*a = append(*a, denyAll()...)
			return fmt.Errorf("%w; every address is denied here", err)
		}
		rules = append(rules, ACLRule{permit, p})
	}
	*a = append(*a, rules...)
	return nil
}

func denyAll() ACL {
	return ACL{{Prefix: netip.PrefixFrom(netip.IPv4Unspecified(), 0)}, {Prefix: netip.PrefixFrom(netip.IPv6Unspecified(), 0)}}
}

// Allows tells whether addr is let in.
func (a ACL) Allows(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	ok := true
	for _, r := range a {
		if r.Prefix.Contains(addr) {
			ok = r.Permit
		}
	}
	return ok
}

// hostPort joins a host and a port as a URI writes them; port 0 is left out.
func hostPort(host string, port uint16) string {
	if port == 0 {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
