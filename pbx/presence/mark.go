package presence

import (
	"slices"

	"github.com/timbre-pbx/timbre/pbx/call"
)

// mark notes that a channel that still lives set a provider, and what stood
// there before. Marks are stored beside the value: those found at start belong
// to channels that a power cut ended.
type mark struct {
	By      call.ID
	Context string // where the channel was, to know whether it had an h to run
	Before  call.Presence
}

// maxMarks bounds the live channels that one provider remembers.
const maxMarks = 16

// provider is the value of one provider and the live channels that set it,
// oldest first. Its methods are pure.
type provider struct {
	value call.Presence
	marks []mark
}

func (p provider) find(by call.ID) int {
	return slices.IndexFunc(p.marks, func(m mark) bool { return m.By == by })
}

// set is what a channel, or with an empty by anybody else, does. What anybody
// else sets is never repaired.
func (p provider) set(v call.Presence, by call.ID, context string) provider {
	if by == "" {
		return provider{value: v}
	}
	if i := p.find(by); i >= 0 {
		return provider{v, p.marks[:i+1]} // later setters are overruled
	}
	marks := append(slices.Clone(p.marks), mark{by, context, p.value})
	return provider{v, marks[max(0, len(marks)-maxMarks):]}
}

// ended is a channel's normal end: what it left stands, so neither it nor who
// set the value earlier is repaired any more.
func (p provider) ended(by call.ID) provider {
	i := p.find(by)
	return provider{p.value, p.marks[i+1:]}
}

// lost is the end of a channel that could not run its h: what stood before
// comes back, now or when the channels that set the value later are lost too.
func (p provider) lost(by call.ID) provider {
	i := p.find(by)
	if i < 0 {
		return p
	}
	marks := slices.Clone(p.marks)
	before := marks[i].Before
	if i+1 == len(marks) {
		return provider{before, marks[:i]}
	}
	marks[i+1].Before = before
	return provider{p.value, slices.Delete(marks, i, i+1)}
}

// recovered is the provider after a start, when every marked channel is gone:
// those whose context has an h were lost, the others left what they set.
func (p provider) recovered(hasH func(context string) bool) provider {
	for len(p.marks) > 0 {
		top := p.marks[len(p.marks)-1]
		if hasH(top.Context) {
			p = p.lost(top.By)
		} else {
			p = p.ended(top.By)
		}
	}
	return p
}
