package transaction

import "time"

// Client is the non-INVITE client transaction (RFC 3261 §17.1.2).
//
//	          | request sent
//	          v
//	E: send  Trying ----F----> timeout
//	          |   \--200-699: pass--+
//	      1xx |                     v
//	          v                 Completed --K--> Terminated
//	E: send  Proceeding --200-699--^
//
// Loop-owned.
type Client struct{ clock }

// NewClient starts the machine at the moment its request is sent.
func NewClient(now time.Time, t Timers, reliable bool) *Client {
	m := &Client{clock{timers: t, reliable: reliable, state: Trying}}
	m.repeat(now)
	m.deadline = now.Add(t.Life()) // Timer F
	return m
}

// Step implements Machine.
func (m *Client) Step(now time.Time, ev Event) Effect {
	switch m.state {
	case Trying, Proceeding:
		return m.open(now, ev)
	case Completed:
		switch ev {
		case Tick:
			if m.expired(now) { // Timer K
				return m.end(0)
			}
			return 0
		case Provisional, Success, Failure, SendError:
			return 0
		}
	}
	return Impossible
}

func (m *Client) open(now time.Time, ev Event) Effect {
	switch ev {
	case Provisional:
		m.state = Proceeding
		return Pass
	case Success, Failure:
		return Pass | m.linger(Completed, now, m.timers.T4)
	case SendError:
		return m.end(Broken)
	case Tick:
		if m.expired(now) { // Timer F
			return m.end(Timeout)
		}
		if m.state == Proceeding && m.interval > 0 {
			m.interval = m.timers.T2 // §17.1.2.2: T2 once a provisional is here
		}
		if m.due(now, m.timers.T2) { // Timer E
			return Send
		}
		return 0
	}
	return Impossible
}
