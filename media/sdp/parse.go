package sdp

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what Parse takes.
const (
	MaxBytes      = 16 << 10
	MaxMedia      = 16
	MaxAttributes = 256

	maxFormats     = 128
	maxPayloadType = 127
	maxPtime       = 500     // ms
	maxClock       = 1 << 20 // Hz
	maxChannels    = 255
)

// parser holds the state of one Parse call.
type parser struct {
	session    Session
	line       int
	attributes int
	seenOrigin bool
	inherit    []bool // by media: the direction is the session's
}

// Parse reads a description. The error is a *SyntaxError. Memory is bounded by
// the length of the text.
func Parse(text []byte) (*Session, error) {
	if len(text) > MaxBytes {
		return nil, &SyntaxError{0, "longer than 16 KiB"}
	}
	var p parser
	first := true
	for raw := range bytes.SplitSeq(text, []byte{'\n'}) {
		p.line++
		line := string(bytes.TrimSuffix(raw, []byte{'\r'}))
		if line == "" {
			continue
		}
		if first && line != "v=0" {
			return nil, p.bad("does not begin with v=0")
		}
		first = false
		if err := p.take(line); err != nil {
			return nil, err
		}
	}
	if !p.seenOrigin {
		return nil, &SyntaxError{0, "no o= line"}
	}
	for i := range p.session.Media {
		if p.inherit[i] {
			p.session.Media[i].Direction = p.session.Direction
		}
	}
	return &p.session, nil
}

func (p *parser) bad(reason string) error { return &SyntaxError{p.line, reason} }

func (p *parser) take(line string) error {
	if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return p.bad("control character")
	}
	if len(line) < 2 || line[1] != '=' || line[0] < 'a' || line[0] > 'z' {
		return p.bad("not of the form x=value")
	}
	value := line[2:]
	switch line[0] {
	case 'o':
		return p.origin(value)
	case 'c':
		return p.connection(value)
	case 'm':
		return p.media(value)
	case 'a':
		if p.attributes++; p.attributes > MaxAttributes {
			return p.bad("more than 256 attributes")
		}
		return p.attribute(value)
	}
	return nil
}

// origin reads o=user id version IN IP4 host.
func (p *parser) origin(value string) error {
	f := strings.Fields(value)
	if len(f) != 6 || p.seenOrigin {
		return p.bad("bad o= line")
	}
	var idErr, versionErr error
	p.session.ID, idErr = strconv.ParseUint(f[1], 10, 64)
	p.session.Version, versionErr = strconv.ParseUint(f[2], 10, 64)
	if idErr != nil || versionErr != nil {
		return p.bad("o= needs numbers as id and version")
	}
	p.seenOrigin = true
	return nil
}

// connection reads c=IN IP4 host. A host name is no error here: the stream may
// be one that nobody wants.
func (p *parser) connection(value string) error {
	f := strings.Fields(value)
	if len(f) != 3 || f[0] != "IN" || f[1] != "IP4" && f[1] != "IP6" {
		return p.bad("bad c= line")
	}
	a, err := address(f[1], f[2])
	if err != nil {
		return p.bad("c= has an address of the wrong family")
	}
	if m := p.current(); m != nil {
		m.Addr = a
	} else {
		p.session.Addr = a
	}
	return nil
}

// address reads a host; the zero Addr when it is a name. A multicast TTL
// (224.2.1.1/127) is cut off.
func address(family, host string) (netip.Addr, error) {
	host, _, _ = strings.Cut(host, "/")
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, nil
	}
	if a.Is4() != (family == "IP4") {
		return netip.Addr{}, strconv.ErrSyntax
	}
	return a.Unmap().WithZone(""), nil
}

func (p *parser) current() *Media {
	if len(p.session.Media) == 0 {
		return nil
	}
	return &p.session.Media[len(p.session.Media)-1]
}

// media reads m=audio 49170 RTP/AVP 0 8.
func (p *parser) media(value string) error {
	if len(p.session.Media) == MaxMedia {
		return p.bad("more than 16 media")
	}
	f := strings.Fields(value)
	if len(f) < 4 {
		return p.bad("m= needs a kind, a port, a transport and a format")
	}
	text, _, _ := strings.Cut(f[1], "/")
	port, ok := number(text, 65535)
	if !ok {
		return p.bad("bad port")
	}
	m := Media{Kind: strings.ToLower(f[0]), Port: uint16(port), Proto: f[2],
		Formats: f[3:], Addr: p.session.Addr}
	if len(m.Formats) > maxFormats {
		return p.bad("more than 128 formats")
	}
	for _, format := range m.Formats {
		if _, ok := number(format, maxPayloadType); !ok && strings.HasPrefix(strings.ToUpper(m.Proto), "RTP/") {
			return p.bad("bad payload type")
		}
	}
	p.session.Media = append(p.session.Media, m)
	p.inherit = append(p.inherit, true)
	return nil
}

func (p *parser) attribute(value string) error {
	name, arg, _ := strings.Cut(value, ":")
	m := p.current()
	if i := slices.Index(directionNames[:], name); i >= 0 {
		if m == nil {
			p.session.Direction = Direction(i)
		} else {
			m.Direction, p.inherit[len(p.inherit)-1] = Direction(i), false
		}
		return nil
	}
	if m == nil {
		return nil
	}
	var ok bool
	switch name {
	case "rtpmap":
		return p.rtpmap(m, arg)
	case "ptime":
		if m.Ptime, ok = number(strings.TrimSpace(arg), maxPtime); !ok || m.Ptime == 0 {
			return p.bad("bad ptime")
		}
	case "maxptime":
		if m.MaxPtime, ok = number(strings.TrimSpace(arg), maxPtime); !ok || m.MaxPtime == 0 {
			return p.bad("bad maxptime")
		}
	case "rtcp":
		return p.rtcp(m, arg)
	case "rtcp-mux":
		m.RTCPMux = true
	}
	return nil
}

// rtpmap reads 101 telephone-event/8000[/channels].
func (p *parser) rtpmap(m *Media, arg string) error {
	pt, rest, _ := strings.Cut(arg, " ")
	n, ok := number(pt, maxPayloadType)
	parts := strings.Split(strings.TrimSpace(rest), "/")
	if !ok || len(parts) < 2 || len(parts) > 3 || parts[0] == "" {
		return p.bad("bad rtpmap")
	}
	r := RTPMap{PT: uint8(n), Encoding: parts[0]}
	if r.Clock, ok = number(parts[1], maxClock); !ok || r.Clock == 0 {
		return p.bad("bad clock in rtpmap")
	}
	if len(parts) == 3 {
		if r.Channels, ok = number(parts[2], maxChannels); !ok {
			return p.bad("bad channels in rtpmap")
		}
	}
	m.RTPMaps = append(m.RTPMaps, r)
	return nil
}

// rtcp reads 53020 [IN IP6 2001:db8::1] (RFC 3605 §2.1).
func (p *parser) rtcp(m *Media, arg string) error {
	f := strings.Fields(arg)
	if len(f) != 1 && len(f) != 4 {
		return p.bad("bad rtcp attribute")
	}
	port, ok := number(f[0], 65535)
	if !ok {
		return p.bad("bad rtcp port")
	}
	var a netip.Addr
	if len(f) == 4 {
		var err error
		if a, err = address(f[2], f[3]); err != nil {
			return p.bad("rtcp has an address of the wrong family")
		}
	}
	m.RTCP = netip.AddrPortFrom(a, uint16(port))
	return nil
}

// number reads an unsigned decimal up to limit, digits only.
func number(s string, limit int) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil && int(n) <= limit
}
