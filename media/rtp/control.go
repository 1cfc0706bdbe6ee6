package rtp

import (
	"encoding/binary"
	"errors"
)

// RTCP packet types (RFC 3550 §12.1).
const (
	typeSR   = 200
	typeRR   = 201
	typeSDES = 202
	typeBYE  = 203
)

// MaxBlocks is the most reception reports that one SR or RR holds.
const MaxBlocks = 31

// minControl is the least length of an RTCP datagram that is looked at:
// anything shorter names no source (CVE-2017-14099).
const minControl = 8

// ErrControl is returned for a datagram that is no valid RTCP compound
// (RFC 3550 Appendix A.2).
var ErrControl = errors.New("rtp: not a valid RTCP compound")

// SenderInfo is the sender's half of an SR (RFC 3550 §6.4.1).
type SenderInfo struct {
	NTP       uint64 // wall clock, 32.32 fixed-point seconds since 1900
	Timestamp uint32 // the same instant on the RTP clock
	Packets   uint32
	Octets    uint32
}

// Block is one reception report (RFC 3550 §6.4.1).
type Block struct {
	SSRC     uint32
	Fraction uint8 // of packets lost since the last report, in 1/256
	Lost     int32 // cumulative, 24 bits signed
	Highest  uint32
	Jitter   uint32 // in units of the RTP clock
	LSR      uint32 // middle 32 bits of the last SR's NTP time, 0 for none
	DLSR     uint32 // delay since that SR, in 1/65536 s
}

// Compound is what one RTCP datagram says. CNAME aliases the datagram. It is
// reused from packet to packet by its owner.
type Compound struct {
	SSRC      uint32 // of the sender of the first report
	HasSender bool
	Sender    SenderInfo
	Bye       bool
	CNAME     []byte
	N         int // how many of Blocks are filled
	Blocks    [MaxBlocks]Block
}

// ParseControl reads a compound packet into c. The first packet must be an SR
// or RR; packet types that are not known are skipped. Blocks beyond MaxBlocks
// are left out.
func ParseControl(b []byte, c *Compound) error {
	c.SSRC, c.HasSender, c.Bye, c.CNAME, c.N = 0, false, false, nil, 0
	if len(b) < minControl || b[0]&0x20 != 0 || b[1] != typeSR && b[1] != typeRR {
		return ErrControl
	}
	for first := true; len(b) > 0; first = false {
		if len(b) < 4 || b[0]>>6 != 2 {
			return ErrControl
		}
		size := 4 + 4*int(binary.BigEndian.Uint16(b[2:]))
		if size > len(b) {
			return ErrControl
		}
		body := b[4:size]
		if b[0]&0x20 != 0 {
			if len(body) == 0 || size != len(b) || int(body[len(body)-1]) > len(body) || body[len(body)-1] == 0 {
				return ErrControl
			}
			body = body[:len(body)-int(body[len(body)-1])]
		}
		if !c.add(b[1], int(b[0]&0x1f), body, first) {
			return ErrControl
		}
		b = b[size:]
	}
	return nil
}

func (c *Compound) add(kind byte, count int, body []byte, first bool) bool {
	switch kind {
	case typeSR, typeRR:
		return c.addReport(kind, count, body, first)
	case typeSDES:
		if count > 0 {
			return c.addSDES(body)
		}
	case typeBYE:
		if len(body) < 4*count {
			return false
		}
		c.Bye = true
	}
	return true
}

func (c *Compound) addReport(kind byte, count int, body []byte, first bool) bool {
	if len(body) < 4 {
		return false
	}
	if first {
		c.SSRC = binary.BigEndian.Uint32(body)
	}
	body = body[4:]
	if kind == typeSR {
		if len(body) < 20 {
			return false
		}
		c.HasSender = true
		c.Sender = SenderInfo{
			NTP:       binary.BigEndian.Uint64(body),
			Timestamp: binary.BigEndian.Uint32(body[8:]),
			Packets:   binary.BigEndian.Uint32(body[12:]),
			Octets:    binary.BigEndian.Uint32(body[16:]),
		}
		body = body[20:]
	}
	if len(body) < 24*count {
		return false
	}
	for ; count > 0 && c.N < MaxBlocks; count-- {
		c.Blocks[c.N] = parseBlock(body)
		c.N++
		body = body[24:]
	}
	return true
}

func parseBlock(b []byte) Block {
	lost := binary.BigEndian.Uint32(b[4:])
	return Block{
		SSRC:     binary.BigEndian.Uint32(b),
		Fraction: uint8(lost >> 24),
		Lost:     int32(lost<<8) >> 8,
		Highest:  binary.BigEndian.Uint32(b[8:]),
		Jitter:   binary.BigEndian.Uint32(b[12:]),
		LSR:      binary.BigEndian.Uint32(b[16:]),
		DLSR:     binary.BigEndian.Uint32(b[20:]),
	}
}

// addSDES takes the CNAME of the first chunk (RFC 3550 §6.5).
func (c *Compound) addSDES(body []byte) bool {
	if len(body) < 4 {
		return false
	}
	for body = body[4:]; len(body) > 0 && body[0] != 0; {
		if len(body) < 2 || len(body) < 2+int(body[1]) {
			return false
		}
		if body[0] == 1 {
			c.CNAME = body[2 : 2+int(body[1])]
		}
		body = body[2+int(body[1]):]
	}
	return true
}

// AppendControl appends the compound c: an SR or RR with its blocks, an SDES
// with the CNAME (cut at 255 octets), and a BYE when Bye is set.
func AppendControl(dst []byte, c *Compound) []byte {
	kind, words := byte(typeRR), 1+6*c.N
	if c.HasSender {
		kind, words = typeSR, words+5
	}
	dst = appendHead(dst, c.N, kind, words, c.SSRC)
	if c.HasSender {
		dst = binary.BigEndian.AppendUint64(dst, c.Sender.NTP)
		dst = binary.BigEndian.AppendUint32(dst, c.Sender.Timestamp)
		dst = binary.BigEndian.AppendUint32(dst, c.Sender.Packets)
		dst = binary.BigEndian.AppendUint32(dst, c.Sender.Octets)
	}
	for _, b := range c.Blocks[:c.N] {
		dst = binary.BigEndian.AppendUint32(dst, b.SSRC)
		dst = binary.BigEndian.AppendUint32(dst, uint32(b.Fraction)<<24|uint32(b.Lost)&0xffffff)
		dst = binary.BigEndian.AppendUint32(dst, b.Highest)
		dst = binary.BigEndian.AppendUint32(dst, b.Jitter)
		dst = binary.BigEndian.AppendUint32(dst, b.LSR)
		dst = binary.BigEndian.AppendUint32(dst, b.DLSR)
	}
	name := c.CNAME[:min(len(c.CNAME), 255)]
	pad := 4 - (2+len(name))%4
	dst = appendHead(dst, 1, typeSDES, 1+(2+len(name)+pad)/4, c.SSRC)
	dst = append(dst, 1, byte(len(name)))
	dst = append(dst, name...)
	dst = append(dst, "\x00\x00\x00\x00"[:pad]...)
	if c.Bye {
		dst = appendHead(dst, 1, typeBYE, 1, c.SSRC)
	}
	return dst
}

func appendHead(dst []byte, count int, kind byte, words int, ssrc uint32) []byte {
	dst = append(dst, 0x80|byte(count), kind)
	dst = binary.BigEndian.AppendUint16(dst, uint16(words))
	return binary.BigEndian.AppendUint32(dst, ssrc)
}
