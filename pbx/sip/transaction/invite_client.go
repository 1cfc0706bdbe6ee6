package transaction

import "time"

// InviteClient is the INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §8.4).
//
//	           | INVITE sent
//	           v
//	A: send  Calling --B--> timeout
//	           |  \  \--2xx: pass--------------+
//	       1xx |   \--300-699: pass, ACK--+    |
//	           v                          v    v
//	       Proceeding --300-699--> Completed  Accepted --2xx: pass
//	           |                    | D        | M
//	           +--------2xx---------|----------^
//	                                v
//	                            Terminated
//
// Loop-owned.
type InviteClient struct{ clock }

// NewInviteClient starts the machine at the moment its INVITE is sent.
func NewInviteClient(now time.Time, t Timers, reliable bool) *InviteClient {
	m := &InviteClient{clock{timers: t, reliable: reliable, state: Calling}}
	m.repeat(now)
	m.deadline = now.Add(t.Life()) // Timer B
	return m
}

// Step implements Machine.
func (m *InviteClient) Step(now time.Time, ev Event) Effect {
	switch m.state {
	case Calling, Proceeding:
		return m.open(now, ev)
	case Completed:
		switch ev {
		case Failure:
			return SendAck
		case SendError:
			return m.end(Broken)
		case Provisional, Success:
			return 0
		}
	case Accepted:
		switch ev {
		case Success:
			return Pass
		case SendError, Provisional, Failure:
			return 0
		}
	case Terminated:
		return Impossible
	}
	if ev != Tick {
		return Impossible
	}
	if m.expired(now) { // Timers D and M
		return m.end(0)
	}
	return 0
}

func (m *InviteClient) open(now time.Time, ev Event) Effect {
	switch ev {
	case Provisional:
		m.state = Proceeding
		m.resend, m.deadline = time.Time{}, time.Time{}
		return Pass
	case Success:
		m.enter(Accepted, now, m.timers.Life()) // Timer M
		return Pass
	case Failure:
		return SendAck | Pass | m.linger(Completed, now, m.timers.timerD())
	case SendError:
		return m.end(Broken)
	case Tick:
		if m.expired(now) { // Timer B
			return m.end(Timeout)
		}
		if m.due(now, 0) { // Timer A
			return Send
		}
		return 0
	}
	return Impossible
}
