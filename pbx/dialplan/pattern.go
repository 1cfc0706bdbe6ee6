package dialplan

import (
	"bytes"
	"strings"
)

// Match says how a string of digits fits an extension.
type Match uint8

// The kinds of Match.
const (
	NoMatch   Match = iota
	CanMatch        // more digits could complete it
	FullMatch       // it is complete; more digits cannot fit
	OpenMatch       // it is complete, and more digits fit too ('.', and '!')
)

// matchExten compares an extension as written (a literal, or a pattern that
// starts with '_') with dialled digits. Dashes are ignored, blanks too in a
// pattern: X is 0-9, Z 1-9, N 2-9, [..] a set, '.' one or more of anything,
// '!' zero or more.
func matchExten(pattern, digits string) Match {
	if !strings.HasPrefix(pattern, "_") {
		return matchLiteral(strings.ReplaceAll(pattern, "-", ""), strings.ReplaceAll(digits, "-", ""))
	}
	if strings.EqualFold(pattern, digits) {
		return FullMatch
	}
	p, d := pattern[1:], strings.ReplaceAll(digits, "-", "")
	for {
		pos := nextPosition(&p)
		switch {
		case pos.kind == wildMany:
			if d == "" {
				return CanMatch
			}
			return OpenMatch
		case pos.kind == wildAny:
			return OpenMatch
		case pos.kind == patternEnd:
			if d == "" {
				return FullMatch
			}
			return NoMatch
		case pos.kind == badSet, pos.kind == emptySet:
			return NoMatch
		case d == "":
			return CanMatch
		case !pos.set.has(d[0]):
			return NoMatch
		}
		d = d[1:]
	}
}

func matchLiteral(exten, digits string) Match {
	switch {
	case exten == digits:
		return FullMatch
	case strings.HasPrefix(exten, digits):
		return CanMatch
	}
	return NoMatch
}

// charset is a set of bytes, the lowest byte in the highest bit, so that
// bytes.Compare orders sets by their lowest members.
type charset [32]byte

func (s *charset) add(c byte) bool {
	mask := byte(0x80) >> (c % 8)
	fresh := s[c/8]&mask == 0
	s[c/8] |= mask
	return fresh
}

func (s *charset) has(c byte) bool { return s[c/8]&(0x80>>(c%8)) != 0 }

func (s *charset) addRange(lo, hi byte) (added int) {
	for c := int(lo); c <= int(hi); c++ {
		if s.add(byte(c)) {
			added++
		}
	}
	return added
}

// The kinds of a pattern position, which are also their order when they are
// not sets of characters.
const (
	charSet    = 0
	wildMany   = 0x10000 // '.'
	wildAny    = 0x20000 // '!'
	patternEnd = 0x30000
	badSet     = 0x40000 // '[' without ']'
	emptySet   = 0x50000 // matches nothing and does not count in the order
)

// position is one element of a pattern. rank orders positions: the number of
// members, then the lowest of them (see comparePatterns).
type position struct {
	kind int
	rank int
	set  charset
}

// nextPosition reads one position off the front of a pattern without its '_'.
func nextPosition(p *string) position {
	for *p != "" {
		c := (*p)[0]
		*p = (*p)[1:]
		var pos position
		switch c {
		case 'X', 'x':
			pos.rank = pos.set.addRange('0', '9')<<8 | '0'
		case 'Z', 'z':
			pos.rank = pos.set.addRange('1', '9')<<8 | '1'
		case 'N', 'n':
			pos.rank = pos.set.addRange('2', '9')<<8 | '2'
		case '.':
			return position{kind: wildMany, rank: wildMany}
		case '!':
			return position{kind: wildAny, rank: wildAny}
		case '-', ' ', '\t':
			continue
		case '[':
			body, rest, ok := strings.Cut(*p, "]")
			if !ok {
				*p = ""
				return position{kind: badSet, rank: badSet}
			}
			*p = rest
			if body == "" {
				continue
			}
			pos = readSet(body)
		default:
			pos.set.add(c)
			pos.rank = 1<<8 | int(c)
		}
		return pos
	}
	return position{kind: patternEnd, rank: patternEnd}
}

// readSet reads the inside of [..]: characters and ranges a-b.
func readSet(body string) position {
	var pos position
	count, lowest := 0, 255
	for i := 0; i < len(body); i++ {
		lo, hi := body[i], body[i]
		if i+2 < len(body) && body[i+1] == '-' {
			hi = body[i+2]
			i += 2
		}
		lowest = min(lowest, int(lo))
		count += pos.set.addRange(lo, hi)
	}
	if count == 0 {
		return position{kind: emptySet}
	}
	pos.rank = count<<8 | lowest
	return pos
}

// nextRanked is nextPosition without empty sets.
func nextRanked(p *string) position {
	for {
		if pos := nextPosition(p); pos.kind != emptySet {
			return pos
		}
	}
}

// comparePatterns orders extensions as Asterisk searches them: literals in
// byte order, then patterns position by position: fewer members first, then
// the lower first member, '.' and '!' after every set, the end of a pattern last.
func comparePatterns(a, b string) int {
	pa, pb := strings.HasPrefix(a, "_"), strings.HasPrefix(b, "_")
	switch {
	case pa != pb && pa:
		return 1
	case pa != pb:
		return -1
	case !pa:
		return strings.Compare(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
	}
	a, b = a[1:], b[1:]
	for {
		x, y := nextRanked(&a), nextRanked(&b)
		if x.rank != y.rank {
			return x.rank - y.rank
		}
		if c := bytes.Compare(y.set[:], x.set[:]); c != 0 {
			return c
		}
		if x.kind == patternEnd || x.kind == badSet {
			return 0
		}
	}
}
