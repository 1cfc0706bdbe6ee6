package config

import (
	"io/fs"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
)

// Snapshot is one loaded configuration, immutable: readers share it and must not
// write to anything that it gives out. Lists are in the order of the files,
// pjsip.conf before sip.conf. Names of a kind are unique.
type Snapshot struct {
	// Revision is a fingerprint of everything that was read: equal text gives equal revisions.
	Revision string

	Endpoints  []*Endpoint
	AORs       []*AOR
	Auths      []*Auth
	Identifies []*Identify
	Transports []*Transport
	LEDs       []*LED
	Global     Global
	RTP        RTP
	HTTP       HTTP
	// Extensions are the sections of extensions.conf; nil without that file.
	Extensions *conffile.File
	// Unused are the sections of SIP files that are kept without effect, such as type=registration.
	Unused []*conffile.Section

	endpoints  map[string]*Endpoint
	aors       map[string]*AOR
	auths      map[string]*Auth
	transports map[string]*Transport
	leds       map[string]*LED
}

// Endpoint is the endpoint called name, of either technology; nil without one.
func (s *Snapshot) Endpoint(name string) *Endpoint { return s.endpoints[name] }

// AOR is the address of record called name; nil without one.
func (s *Snapshot) AOR(name string) *AOR { return s.aors[name] }

// Auth is the set of credentials called name; nil without one.
func (s *Snapshot) Auth(name string) *Auth { return s.auths[name] }

// Transport is the transport called name; nil without one.
func (s *Snapshot) Transport(name string) *Transport { return s.transports[name] }

// LED is the LED called name; nil without one.
func (s *Snapshot) LED(name string) *LED { return s.leds[name] }

// Load reads the configuration directory fsys. A file that is absent counts as
// empty. The Snapshot is never nil; where a finding is an Error it is incomplete
// and not meant to be used.
func Load(fsys fs.FS) (*Snapshot, []Finding) {
	l := newLoader(fsys)
	l.pjsip()
	l.sip()
	l.rtp()
	l.http()
	l.leds()
	l.snap.Extensions = l.read("extensions.conf")
	l.references()
	l.snap.Revision = l.revision()
	return l.snap, l.findings
}
