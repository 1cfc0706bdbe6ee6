package endpoint

// A fork calls every contact of an endpoint at once and keeps the first that
// answers (RFC 3261 §16.7, seen from a B2BUA). Each branch goes
//
//	         provisional            2xx, first            BYE by either
//	trying ─────────────► ringing ─────────────► won ─────────────► (session)
//	   │                     │
//	   │ final ≥ 300         │ final ≥ 300, or dropped
//	   └──────────► failed ◄─┘
//
// and a branch that answers after another has won, or after the caller left,
// is accepted and ended at once, for its 2xx cannot be refused.

// branchState is where one branch of a fork stands.
type branchState uint8

const (
	branchTrying branchState = iota
	branchRinging
	branchWon
	branchDropped // told to stop; its final response is still to come
	branchFailed
)

// forkEvent is what happened on a branch.
type forkEvent uint8

const (
	gotRinging  forkEvent = iota // 180, or a provisional without a body
	gotProgress                  // a provisional with a session description
	gotAnswer                    // 2xx
	gotFailure                   // final response ≥ 300, time-out or transport error
)

// forkAction is one thing that the owner of a fork is to do.
type forkAction uint8

const (
	doRing   forkAction = iota + 1 // tell the caller that somebody is alerted
	doMedia                        // open early media of the branch
	doWin                          // the branch carries the call from here on
	doDrop                         // cancel the branch
	doEnd                          // the branch answered too late: BYE
	doReject                       // every branch failed; status is the best of them
)

// forkEffect is an action and the branch or status that it concerns.
type forkEffect struct {
	action forkAction
	branch int
	status int
}

// fork is the machine. It is owned by the leg that called, holds no clock and
// no lock, and counts events that cannot happen.
type fork struct {
	branches []branchState
	statuses []int // final status of failed branches
	alerted  bool  // the caller knows that somebody rings
	over     bool  // a branch won, all failed, or the caller left
	strange  int   // events for a branch that was done
}

func newFork(branches int) *fork {
	return &fork{branches: make([]branchState, branches), statuses: make([]int, branches)}
}

// step takes an event of branch i; status is that of its response.
func (f *fork) step(i int, ev forkEvent, status int) []forkEffect {
	switch state := f.branches[i]; {
	case state == branchFailed || state == branchWon:
		f.strange++
		return nil
	case ev == gotAnswer && (f.over || state == branchDropped):
		f.branches[i] = branchFailed
		return []forkEffect{{action: doEnd, branch: i}}
	case ev == gotAnswer:
		f.branches[i], f.over = branchWon, true
		return append([]forkEffect{{action: doWin, branch: i}}, f.dropOthers()...)
	case ev == gotFailure:
		return f.fail(i, status)
	case f.over:
		return nil
	}
	f.branches[i] = branchRinging
	return f.alert(i, ev)
}

// alert tells the caller of the first branch that rings. Early media is opened
// only where there is one branch: several would drown each other.
func (f *fork) alert(i int, ev forkEvent) []forkEffect {
	if ev == gotProgress && len(f.branches) == 1 {
		f.alerted = true
		return []forkEffect{{action: doMedia, branch: i}}
	}
	if f.alerted {
		return nil
	}
	f.alerted = true
	return []forkEffect{{action: doRing, branch: i}}
}

func (f *fork) fail(i, status int) []forkEffect {
	f.branches[i], f.statuses[i] = branchFailed, status
	if f.over {
		return nil
	}
	var effects []forkEffect
	if status >= 600 { // the user declines everywhere (§16.7 step 5)
		effects = f.dropOthers()
	}
	for _, s := range f.branches {
		if s == branchTrying || s == branchRinging {
			return effects
		}
	}
	f.over = true
	return append(effects, forkEffect{action: doReject, status: f.best()})
}

// abandon is the caller leaving: every branch is dropped.
func (f *fork) abandon() []forkEffect {
	f.over = true
	return f.dropOthers()
}

func (f *fork) dropOthers() []forkEffect {
	var out []forkEffect
	for i, s := range f.branches {
		if s == branchTrying || s == branchRinging {
			f.branches[i] = branchDropped
			out = append(out, forkEffect{action: doDrop, branch: i})
		}
	}
	return out
}

// best chooses among the final statuses (§16.7 step 6): any 6xx, else the
// lowest class, and within a class the lowest status.
func (f *fork) best() int {
	best := 0
	for _, s := range f.statuses {
		switch {
		case s == 0:
		case s >= 600:
			return s
		case best == 0 || s < best:
			best = s
		}
	}
	if best == 0 {
		return 480
	}
	return best
}
