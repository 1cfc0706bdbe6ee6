package channel

import (
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
)

// Caller is the channel's caller identity.
func (ch *Channel) Caller() call.CallerID {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.snap.Caller
}

// SetCaller replaces the caller identity.
func (ch *Channel) SetCaller(c call.CallerID) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.snap.Caller = c
}

// Position is the channel's place in the dialplan.
func (ch *Channel) Position() call.Position {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.snap.Position
}

// SetPosition moves the channel in the dialplan; the executor goes on from there.
func (ch *Channel) SetPosition(p call.Position) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.snap.Position = p
}

// State is where the channel stands.
func (ch *Channel) State() call.ChannelState {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.snap.State
}

// Up says whether the channel was answered.
func (ch *Channel) Up() bool { return ch.State() == call.ChannelUp }

// Language is the prompt language, "en" when none was set.
func (ch *Channel) Language() string {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if ch.language == "" {
		return "en"
	}
	return ch.language
}

// SetLanguage sets the prompt language.
func (ch *Channel) SetLanguage(l string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.language = l
}

// SetAccount sets the account code of the call record.
func (ch *Channel) SetAccount(a string) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.snap.Account = a
}

// SetApp notes which application runs, with its evaluated arguments.
func (ch *Channel) SetApp(name, data string) {
	ch.mu.Lock()
	ch.snap.App, ch.snap.AppData = name, data
	ch.mu.Unlock()
	ch.publish(func(s call.Snapshot) event.Event { return event.ChannelApp{Channel: s} })
}

// SetPartner notes who the channel is bridged with, empty for nobody.
func (ch *Channel) SetPartner(id call.ID) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.snap.Partner = id
}
