package channel

import (
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/pbx/call"
)

// Leg is the signalling of one channel. Its methods post their work and
// return; what comes of it arrives through Channel.Post.
type Leg interface {
	// Ringing tells the far end that somebody is being alerted (180).
	Ringing()
	// Progress opens early media towards the far end (183 with an answer).
	Progress()
	// Answer accepts the call. Answered is posted once media may flow.
	Answer()
	// Hangup ends the leg in whatever way its state asks for: final
	// response, CANCEL or BYE. status is the SIP status to refuse an
	// unanswered caller with; 0 lets the cause decide.
	Hangup(cause call.Cause, status int)
	// SendDigit sends a DTMF digit the way the leg negotiated.
	SendDigit(digit byte, length time.Duration)
	// Port is the leg's media, nil while there is none.
	Port() Port
}

// Port is the media of a channel as the channel's verbs use it.
type Port interface {
	// Play plays src towards the far end until its end, replacing what
	// played before. done is called once, from the media thread, whether it
	// ended, was replaced or the port closed; it must not wait.
	Play(src audio.Source, done func())
	// StopPlay ends what plays.
	StopPlay()
	// Echo sends back what the far end sends, until switched off.
	Echo(on bool)
}
