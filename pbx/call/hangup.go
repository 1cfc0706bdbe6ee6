package call

import (
	"context"
	"errors"
)

// Hangup is the context cause with which a channel ends: every verb that waits
// returns it, and whoever unwinds reads the Q.850 cause from it.
type Hangup struct {
	Cause Cause
	By    string // who ended it: "peer", "dialplan", "system", the name of an application
}

// Error makes Hangup usable as a context cause.
func (h *Hangup) Error() string { return "hung up by " + h.By + ": " + h.Cause.String() }

// HangupOf returns the hang-up that ended ctx or is wrapped in err, and false
// when neither holds one.
func HangupOf(ctx context.Context, err error) (*Hangup, bool) {
	var h *Hangup
	if errors.As(err, &h) || errors.As(context.Cause(ctx), &h) {
		return h, true
	}
	return nil, false
}
