package apps

import (
	"context"
	"log/slog"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// Sounds opens recorded prompts. A name has no extension; an unknown one is an error.
type Sounds interface {
	Open(lang, name string) (audio.Source, error)
}

// Dialer calls the targets of Dial for ch and, when one answers, connects the
// two until either hangs up. It returns the DIALSTATUS. A non-nil error means
// that the caller's channel ended, or that the request could not be tried.
type Dialer interface {
	Dial(ctx context.Context, ch *channel.Channel, req DialRequest) (status string, err error)
}

// Deps is what the applications need; it is immutable.
type Deps struct {
	Sounds Sounds
	Dialer Dialer
	Log    *slog.Logger
	Now    func() time.Time
}

// All lists the applications by name.
func All(d Deps) []dialplan.App {
	return []dialplan.App{
		answerApp(), busyApp(), congestionApp(), dialApp(d), echoApp(), execIfApp(), gotoApp(), gotoIfApp(),
		hangupApp(), msetApp(), noOpApp(), playbackApp(d), progressApp(), ringingApp(), setApp(), verboseApp(d),
		waitApp(), waitExtenApp(),
	}
}
