package dialog

import (
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/transaction"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// Why a request of ours got no answer.
var (
	ErrTimeout   = errors.New("the peer does not answer")
	ErrTransport = errors.New("the peer cannot be reached")
)

// Layer is what a dialog needs of the loop that owns it. All but Post is called
// on the loop only.
type Layer interface {
	// Post runs f on the loop, in the order of the calls. It never waits.
	Post(f func())
	// Now is the time.
	Now() time.Time
	// After runs f on the loop once d has passed, unless it is stopped.
	After(d time.Duration, f func()) Timer
	// Timers are the base values.
	Timers() transaction.Timers
	// Token is an unguessable tag.
	Token() string
	// Jitter is a random duration below d.
	Jitter(d time.Duration) time.Duration
	// Contact is where the peer of the flow reaches us.
	Contact(transport.Flow) sip.Uri
	// Request starts a client transaction. It adds the Via. Done gets every
	// response that the transaction passes up, or once a nil response with
	// ErrTimeout or ErrTransport; never before Request returns.
	Request(f transport.Flow, req *sip.Request, done func(*sip.Response, error)) Client
	// Ack sends the ACK of a 2xx outside of any transaction. It adds the Via and
	// returns what sends the same bytes once more.
	Ack(f transport.Flow, req *sip.Request) (again func())
	// Adopt makes d the dialog of this Call-ID and local tag.
	Adopt(callID, localTag string, d Dialog)
	// Forget undoes Adopt.
	Forget(callID, localTag string)
}

// Dialog is what the loop hands requests to.
type Dialog interface {
	// Request takes a request that is not an ACK and belongs to the dialog.
	Request(srv Server)
	// Ack takes the ACK of a 2xx.
	Ack(req *sip.Request)
	// Abort ends the dialog without a message: the box goes down.
	Abort()
}

// Timer is a pending call of After.
type Timer interface{ Stop() }

// Server is a server transaction.
type Server interface {
	// Message is the request; nil after the final response.
	Message() *sip.Request
	// Flow is where it came from.
	Flow() transport.Flow
	// Respond sends a response.
	Respond(*sip.Response)
	// Resend sends the 2xx of an INVITE once more.
	Resend()
}

// Client is a client transaction.
type Client interface {
	// Cancel sends the CANCEL of an INVITE that has had a provisional response.
	Cancel(hdrs ...sip.Header)
	// Abandon forgets the transaction: nothing is passed up any more.
	Abandon()
}
