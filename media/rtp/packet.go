package rtp

import (
	"encoding/binary"
	"errors"
)

// HeaderLen is the length in octets of a header without CSRCs and extension.
const HeaderLen = 12

var (
	// ErrShort is returned for a packet that ends before what it announces.
	ErrShort = errors.New("rtp: packet too short")
	// ErrVersion is returned for a packet whose version is not 2.
	ErrVersion = errors.New("rtp: version is not 2")
	// ErrPadding is returned for a padding length of zero or beyond the payload.
	ErrPadding = errors.New("rtp: bad padding")
)

// Header holds the fixed fields of RFC 3550 §5.1 that a PBX uses.
type Header struct {
	Marker      bool
	PayloadType uint8 // 0 to 127
	Sequence    uint16
	Timestamp   uint32 // in units of the codec's RTP clock
	SSRC        uint32
}

// Packet is one packet as received. Payload aliases the buffer it was parsed from.
type Packet struct {
	Header
	Payload []byte
}

// Parse reads one RTP packet; CSRCs, the header extension and padding are
// checked and skipped (RFC 3550 §5.1, §5.3.1).
func Parse(b []byte) (Packet, error) {
	if len(b) < HeaderLen {
		return Packet{}, ErrShort
	}
	if b[0]>>6 != 2 {
		return Packet{}, ErrVersion
	}
	start, end := HeaderLen+4*int(b[0]&0x0f), len(b)
	if b[0]&0x10 != 0 {
		if end < start+4 {
			return Packet{}, ErrShort
		}
		start += 4 + 4*int(binary.BigEndian.Uint16(b[start+2:]))
	}
	if end < start {
		return Packet{}, ErrShort
	}
	if b[0]&0x20 != 0 {
		pad := int(b[end-1])
		if pad == 0 || pad > end-start {
			return Packet{}, ErrPadding
		}
		end -= pad
	}
	return Packet{
		Header: Header{
			Marker:      b[1]&0x80 != 0,
			PayloadType: b[1] & 0x7f,
			Sequence:    binary.BigEndian.Uint16(b[2:]),
			Timestamp:   binary.BigEndian.Uint32(b[4:]),
			SSRC:        binary.BigEndian.Uint32(b[8:]),
		},
		Payload: b[start:end],
	}, nil
}

// Put writes the header as the first HeaderLen octets of b, which must have room.
func (h Header) Put(b []byte) {
	_ = b[HeaderLen-1]
	b[0] = 0x80
	b[1] = h.PayloadType & 0x7f
	if h.Marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], h.Sequence)
	binary.BigEndian.PutUint32(b[4:], h.Timestamp)
	binary.BigEndian.PutUint32(b[8:], h.SSRC)
}

// IsControl says whether a datagram on a port shared by both is RTCP (RFC 5761 §4).
func IsControl(b []byte) bool { return len(b) >= 2 && b[1] >= 192 && b[1] <= 223 }
