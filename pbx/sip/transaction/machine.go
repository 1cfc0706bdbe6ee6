package transaction

import "time"

// Timers are the base values of RFC 3261 §17.1.1.1 and table 4. Immutable.
type Timers struct {
	T1 time.Duration // round-trip estimate
	T2 time.Duration // longest interval between retransmissions
	T4 time.Duration // longest time that a message stays in the network
}

// Standard is the set of RFC 3261: 500 ms, 4 s and 5 s.
func Standard() Timers {
	return Timers{T1: 500 * time.Millisecond, T2: 4 * time.Second, T4: 5 * time.Second}
}

// Life is 64×T1: timers B, F, H, J, L and M.
func (t Timers) Life() time.Duration { return 64 * t.T1 }

// timerD is how long an INVITE client absorbs repeated final responses over an
// unreliable transport: at least 32 s (RFC 3261 §17.1.1.2).
func (t Timers) timerD() time.Duration { return max(32*time.Second, t.Life()) }

// State is the state of a transaction. Not every machine has every state.
type State uint8

// The states of RFC 3261 §17 and RFC 6026 §7.
const (
	Calling    State = iota // INVITE client: no response yet
	Trying                  // non-INVITE: no response yet
	Proceeding              // a provisional response, or the INVITE server's start
	Completed               // a final response; for INVITE, one of 300 to 699
	Confirmed               // INVITE server: the ACK is here
	Accepted                // INVITE: a 2xx (RFC 6026)
	Terminated
)

var stateNames = [...]string{"Calling", "Trying", "Proceeding", "Completed", "Confirmed", "Accepted", "Terminated"}

// String is the state's name in the RFC.
func (s State) String() string { return stateNames[s] }

// Event is what happens to a transaction.
type Event uint8

// The events. To a client, responses come from the network; to a server, from
// the transaction's user.
const (
	Request     Event = iota // server: the request arrives once more
	Ack                      // INVITE server: the ACK
	Provisional              // 1xx
	Success                  // 2xx
	Failure                  // 300 to 699
	SendError                // the transport refuses the message
	Tick                     // the time of Next may have come
	events                   // how many there are
)

// Effect is a set of things that the owner does after a step.
type Effect uint8

// The effects, in the order in which the owner carries them out.
const (
	Send       Effect = 1 << iota // send the stored message: a client's request, a server's last response
	SendAck                       // INVITE client: send the ACK of a 300 to 699 response
	Pass                          // hand the event's message to the user
	Timeout                       // tell the user that the peer never answered
	Broken                        // tell the user that the transport failed
	Done                          // forget the transaction
	Impossible                    // an event that this state cannot have: count it
)

// Machine is one transaction. Loop-owned.
type Machine interface {
	// Step takes an event and returns what is to be done.
	Step(now time.Time, ev Event) Effect
	// Next is when Step wants a Tick; zero means never.
	Next() time.Time
	// State is the present state.
	State() State
}

// clock is what the machines have in common: a state, a retransmission that
// backs off, and a deadline.
type clock struct {
	timers   Timers
	reliable bool
	state    State
	interval time.Duration
	resend   time.Time
	deadline time.Time
}

func (c *clock) State() State { return c.state }

// Next is the earlier of the two timers.
func (c *clock) Next() time.Time {
	if c.resend.IsZero() || (!c.deadline.IsZero() && c.deadline.Before(c.resend)) {
		return c.deadline
	}
	return c.resend
}

// repeat starts retransmission at T1 where the transport does not do it.
func (c *clock) repeat(now time.Time) {
	if !c.reliable {
		c.interval = c.timers.T1
		c.resend = now.Add(c.interval)
	}
}

// due says whether a retransmission is due and doubles its interval up to limit
// (0: without limit).
func (c *clock) due(now time.Time, limit time.Duration) bool {
	if c.resend.IsZero() || now.Before(c.resend) {
		return false
	}
	c.interval *= 2
	if limit > 0 {
		c.interval = min(c.interval, limit)
	}
	c.resend = now.Add(c.interval)
	return true
}

func (c *clock) expired(now time.Time) bool {
	return !c.deadline.IsZero() && !now.Before(c.deadline)
}

// enter changes the state, stops retransmission and sets the deadline.
func (c *clock) enter(s State, now time.Time, life time.Duration) {
	c.state = s
	c.resend = time.Time{}
	c.deadline = now.Add(life)
}

// linger enters a state that only absorbs repetitions. Over a reliable
// transport there are none, and the transaction ends at once.
func (c *clock) linger(s State, now time.Time, life time.Duration) Effect {
	if c.reliable {
		return c.end(0)
	}
	c.enter(s, now, life)
	return 0
}

func (c *clock) end(e Effect) Effect {
	c.state = Terminated
	c.resend, c.deadline = time.Time{}, time.Time{}
	return e | Done
}
