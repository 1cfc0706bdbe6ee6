package transaction

import "time"

// Server is the non-INVITE server transaction (RFC 3261 §17.2.2).
//
//	               | request here
//	               v
//	             Trying --200-699: send---+
//	               | 1xx: send            v
//	               v                  Completed --J--> Terminated
//	request: send  Proceeding --200-699--^  (request: send)
//
// Loop-owned.
type Server struct{ clock }

// NewServer starts the machine for a received request.
func NewServer(t Timers, reliable bool) *Server {
	return &Server{clock{timers: t, reliable: reliable, state: Trying}}
}

// Step implements Machine.
func (m *Server) Step(now time.Time, ev Event) Effect {
	if m.state == Terminated || ev == Ack {
		return Impossible
	}
	if m.state == Completed {
		switch ev {
		case Request:
			return Send
		case Tick:
			if m.expired(now) {
				return m.end(0)
			}
		case SendError:
			return m.end(Broken)
		}
		return 0 // §17.2.2: further responses of the user are dropped
	}
	switch ev {
	case Request:
		if m.state == Proceeding {
			return Send
		}
	case Provisional:
		m.state = Proceeding
		return Send
	case Success, Failure:
		return Send | m.linger(Completed, now, m.timers.Life()) // Timer J
	case SendError:
		return m.end(Broken)
	}
	return 0
}
