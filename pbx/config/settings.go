package config

import (
	"net/netip"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// Global holds the settings of SIP as a whole, immutable.
type Global struct {
	Origin Origin
	Extra  []conffile.Variable

	// UserAgent is the User-Agent and Server header.
	UserAgent string `conf:"user_agent" default:"Timbre"`
	// EndpointIdentifierOrder is the order in which an endpoint is looked for.
	EndpointIdentifierOrder []string `conf:"endpoint_identifier_order" default:"ip,username,anonymous"`
	// DefaultAuthAlgorithmsUAS are the digest algorithms of challenges, for known and unknown users alike.
	DefaultAuthAlgorithmsUAS Algorithms `conf:"default_auth_algorithms_uas" default:"MD5"`
	// DefaultAuthAlgorithmsUAC are the digest algorithms that are answered.
	DefaultAuthAlgorithmsUAC Algorithms `conf:"default_auth_algorithms_uac" default:"MD5,SHA-256"`
	// DefaultRealm is the realm of challenges.
	DefaultRealm string `conf:"default_realm" default:"asterisk"`
	// DefaultFromUser is the user of From without a caller ID.
	DefaultFromUser string `conf:"default_from_user" default:"asterisk"`
	// MaxForwards of new requests.
	MaxForwards int `conf:"max_forwards" default:"70" range:"1-255"`
	// KeepAliveInterval is the time between keep-alives on connections; 0 sends none.
	KeepAliveInterval schema.Seconds `conf:"keep_alive_interval" default:"90"`
	// AllowGuest lets calls without an endpoint in; they enter the dialplan in GuestContext.
	AllowGuest bool `conf:"allowguest" default:"no"`
	// GuestContext is the dialplan's entry for guests.
	GuestContext string `conf:"guest_context" default:"default"`
}

// RTP is [general] of rtp.conf, immutable.
type RTP struct {
	Origin Origin
	Extra  []conffile.Variable

	// Start is the first media port.
	Start uint16 `conf:"rtpstart" default:"10000" range:"1024-65535"`
	// End is the last media port.
	End uint16 `conf:"rtpend" default:"20000" range:"1024-65535"`
	// StrictRTP bounds what source media is learned from.
	StrictRTP string `conf:"strictrtp" default:"yes" enum:"yes|true|on|1|no|false|off|0|seqno"`
	// Probation is the number of packets in sequence that a new source must show.
	Probation int `conf:"probation" default:"4" range:"1-100"`
}

// HTTP is [general] of http.conf, immutable.
type HTTP struct {
	Origin Origin
	Extra  []conffile.Variable

	// Present tells whether the file exists; without it the command line alone decides.
	Present bool
	// Enabled serves HTTP.
	Enabled bool `conf:"enabled" default:"no"`
	// BindAddr is the address served.
	BindAddr netip.Addr `conf:"bindaddr" default:"127.0.0.1"`
	// BindPort is the port served.
	BindPort uint16 `conf:"bindport" default:"8088"`
	// Prefix of all paths.
	Prefix string `conf:"prefix"`
}

// LED binds an indicator of the board to something of the PBX; one section of
// leds.conf, immutable.
type LED struct {
	Name   string
	Origin Origin
	Extra  []conffile.Variable

	// Presence is the presence provider that the LED shows, "CustomPresence:led1"; without Presence and Device it is "CustomPresence:" and the section's name.
	Presence string `conf:"presence"`
	// Device is a device whose state the LED shows, "PJSIP/300"; it excludes Presence.
	Device string `conf:"device"`
	// Output is the board's name of the LED; "" means the section's name.
	Output string `conf:"output"`
	// Brightness in percent.
	Brightness int `conf:"brightness" default:"100" range:"0-100"`
}
