package call

import "time"

// ChannelState is where a channel stands, in Asterisk's words.
type ChannelState uint8

// The channel states.
const (
	ChannelDown    ChannelState = iota // made, nothing sent yet
	ChannelRing                        // a caller waits for us to act
	ChannelRinging                     // we called, the far end rings
	ChannelUp                          // answered
	ChannelGone                        // hung up, about to be forgotten
)

var channelStateText = [...]string{"Down", "Ring", "Ringing", "Up", "Gone"}

// String is the word that `show channels` prints.
func (s ChannelState) String() string {
	if int(s) < len(channelStateText) {
		return channelStateText[s]
	}
	return "Unknown"
}

// Position is a place in the dialplan.
type Position struct {
	Context  string
	Exten    string
	Priority int
}

// Snapshot is a channel at one moment: what pages, events and call records
// read. It is immutable; times are zero until they happen.
type Snapshot struct {
	ID       ID
	LinkedID ID     // the channel that this one was made for; its own ID when none
	Name     string // PJSIP/100-00000001
	Endpoint string // configuration object behind it, "" when unknown
	Outbound bool   // we called it
	State    ChannelState
	Caller   CallerID
	Dialed   string // the number the caller asked for
	Position Position
	App      string // application being run, and its evaluated arguments
	AppData  string
	Account  string
	Partner  ID // who it is bridged with
	Created  time.Time
	Answered time.Time
	Ended    time.Time
	Cause    Cause
}
