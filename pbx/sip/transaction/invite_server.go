package transaction

import "time"

// InviteServer is the INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §8.5).
//
//	              | INVITE here
//	              v
//	INVITE: send  Proceeding --2xx: send--> Accepted  (2xx: send; ACK: pass)
//	              | 300-699: send             | L
//	              v                           |
//	G, INVITE:    Completed --H--> timeout    |
//	send          | ACK                       |
//	              v                           v
//	             Confirmed -------I-------> Terminated
//
// Loop-owned.
type InviteServer struct{ clock }

// NewInviteServer starts the machine for a received INVITE.
func NewInviteServer(t Timers, reliable bool) *InviteServer {
	return &InviteServer{clock{timers: t, reliable: reliable, state: Proceeding}}
}

// Step implements Machine.
func (m *InviteServer) Step(now time.Time, ev Event) Effect {
	switch m.state {
	case Proceeding:
		return m.proceeding(now, ev)
	case Completed:
		switch ev {
		case Request:
			return Send
		case Ack:
			return m.linger(Confirmed, now, m.timers.T4) // Timer I
		case SendError:
			return m.end(Broken)
		case Tick:
			if m.expired(now) { // Timer H
				return m.end(Timeout)
			}
			if m.due(now, m.timers.T2) { // Timer G
				return Send
			}
			return 0
		}
	case Confirmed:
		switch ev {
		case Request, Ack, SendError:
			return 0
		case Tick:
			return m.lapse(now)
		}
	case Accepted:
		switch ev {
		case Success:
			return Send
		case Ack:
			return Pass
		case Request, SendError:
			return 0
		case Tick:
			return m.lapse(now) // Timer L
		}
	}
	return Impossible
}

func (m *InviteServer) proceeding(now time.Time, ev Event) Effect {
	switch ev {
	case Request, Provisional:
		return Send
	case Success:
		m.enter(Accepted, now, m.timers.Life())
		return Send
	case Failure:
		m.enter(Completed, now, m.timers.Life())
		m.repeat(now)
		return Send
	case SendError:
		return m.end(Broken)
	case Tick:
		return 0
	}
	return Impossible
}

func (m *InviteServer) lapse(now time.Time) Effect {
	if m.expired(now) {
		return m.end(0)
	}
	return 0
}
