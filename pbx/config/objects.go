package config

import (
	"net/netip"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// Finding is a remark about the configuration, with its file and line.
type Finding = conffile.Finding

// Origin is where an object is written.
type Origin struct {
	File string
	Line int
}

// Technologies of endpoints: the part before "/" of a dial string and a device.
const (
	TechPJSIP = "PJSIP"
	TechSIP   = "SIP"
)

// Endpoint is one phone or trunk, immutable.
type Endpoint struct {
	Name   string
	Tech   string // TechPJSIP or TechSIP, by the file that it comes from
	Origin Origin
	Extra  []conffile.Variable // keys without effect here, as written

	// Context is where calls from the endpoint enter the dialplan.
	Context string `conf:"context" default:"default"`
	// Transport is the transport for requests to the endpoint; "" leaves the choice to the target's address.
	Transport string `conf:"transport" ref:"transport"`
	// Auth names the credentials that requests from the endpoint must match; without one nothing is asked.
	Auth []string `conf:"auth" ref:"auth"`
	// OutboundAuth names the credentials for challenges that the endpoint sends.
	OutboundAuth []string `conf:"outbound_auth" ref:"auth"`
	// AORs are the addresses of record that a call to the endpoint reaches.
	AORs []string `conf:"aors" ref:"aor"`
	// Codecs are the codecs in order of preference.
	Codecs schema.Codecs `conf:"allow,disallow" default:"ulaw,alaw,g722"`
	// CallerID is `"Name" <number>` for calls from the endpoint; "" takes what it sends.
	CallerID string `conf:"callerid"`
	// FromUser replaces the user part of From in requests to the endpoint.
	FromUser string `conf:"from_user"`
	// FromDomain replaces the host of From in requests to the endpoint.
	FromDomain string `conf:"from_domain"`
	// DTMFMode is how keys travel.
	DTMFMode string `conf:"dtmf_mode" default:"rfc4733" enum:"rfc4733|inband|info|auto|auto_info|none"`
	// ForceRport answers to the source port even without rport in Via (RFC 3581).
	ForceRport bool `conf:"force_rport" default:"yes"`
	// RewriteContact replaces the Contact's host and port by the source of the request.
	RewriteContact bool `conf:"rewrite_contact" default:"no"`
	// RTPSymmetric sends media to where the endpoint's media comes from.
	RTPSymmetric bool `conf:"rtp_symmetric" default:"no"`
	// DirectMedia lets the two ends of a call send media to each other.
	DirectMedia bool `conf:"direct_media" default:"yes"`
	// MediaAddress is the address in SDP towards the endpoint; invalid means the address it is reached from.
	MediaAddress netip.Addr `conf:"media_address"`
	// BindRTPToMediaAddress opens the media sockets on MediaAddress.
	BindRTPToMediaAddress bool `conf:"bind_rtp_to_media_address" default:"no"`
	// RTPTimeout ends a call without media for so long; 0 never does.
	RTPTimeout schema.Seconds `conf:"rtp_timeout" default:"0"`
	// Language of prompts.
	Language string `conf:"language"`
	// Account is the account code of call records.
	Account string `conf:"accountcode"`
	// NamedCallGroup are the groups whose members may pick up calls to the endpoint.
	NamedCallGroup []string `conf:"named_call_group"`
	// NamedPickupGroup are the groups whose calls the endpoint may pick up.
	NamedPickupGroup []string `conf:"named_pickup_group"`
	// SubscribeContext is where subscriptions look for hints; "" means Context.
	SubscribeContext string `conf:"subscribe_context"`
	// Mailboxes are "box@context" whose waiting messages the endpoint is told.
	Mailboxes []string `conf:"mailboxes" alias:"mailbox"`
	// SetVar are "NAME=value" set on each channel of the endpoint.
	SetVar schema.Lines `conf:"set_var"`
	// IdentifyBy are the ways to find the endpoint for a request, of the Global's order.
	IdentifyBy []string `conf:"identify_by" default:"username,ip"`
	// DeviceStateBusyAt is the number of calls from which the device is busy; 0 never is.
	DeviceStateBusyAt int `conf:"device_state_busy_at" default:"0" range:"0-10000"`
	// SendPAI puts P-Asserted-Identity into requests to the endpoint (RFC 3325).
	SendPAI bool `conf:"send_pai" default:"no"`
	// SendRPID puts Remote-Party-ID into requests to the endpoint.
	SendRPID bool `conf:"send_rpid" default:"no"`
	// TrustIDInbound believes the caller ID headers of the endpoint.
	TrustIDInbound bool `conf:"trust_id_inbound" default:"no"`
	// AllowSubscribe lets the endpoint subscribe.
	AllowSubscribe bool `conf:"allow_subscribe" default:"yes"`
	// AllowTransfer lets the endpoint transfer by REFER.
	AllowTransfer bool `conf:"allow_transfer" default:"yes"`
	// InbandProgress answers 183 with a tone instead of 180.
	InbandProgress bool `conf:"inband_progress" default:"no"`
	// ACL bounds the source addresses; the zero value lets all in.
	ACL ACL `conf:"permit,deny"`
}

// AOR is an address of record: what registers, or where a fixed host is. Immutable.
type AOR struct {
	Name   string
	Origin Origin
	Extra  []conffile.Variable

	// MaxContacts is how many contacts may be registered; 0 lets nothing register.
	MaxContacts int `conf:"max_contacts" default:"0" range:"0-1000"`
	// MinimumExpiration of a registration.
	MinimumExpiration schema.Seconds `conf:"minimum_expiration" default:"60"`
	// DefaultExpiration of a registration that asks for none.
	DefaultExpiration schema.Seconds `conf:"default_expiration" default:"3600"`
	// MaximumExpiration of a registration.
	MaximumExpiration schema.Seconds `conf:"maximum_expiration" default:"7200"`
	// RemoveExisting lets a new contact take the place of the oldest where MaxContacts is reached.
	RemoveExisting bool `conf:"remove_existing" default:"no"`
	// RemoveUnavailable lets a new contact take the place of one that does not answer.
	RemoveUnavailable bool `conf:"remove_unavailable" default:"no"`
	// Contacts are the fixed contacts, SIP URIs.
	Contacts schema.Lines `conf:"contact"`
	// QualifyFrequency is the time between OPTIONS to each contact; 0 sends none.
	QualifyFrequency schema.Seconds `conf:"qualify_frequency" default:"0"`
	// SupportPath keeps the Path of a registration (RFC 3327).
	SupportPath bool `conf:"support_path" default:"no"`
	// Mailboxes are told to the contacts without a subscription.
	Mailboxes []string `conf:"mailboxes" alias:"mailbox"`
	// OutboundProxy is the route of requests to the contacts.
	OutboundProxy string `conf:"outbound_proxy"`
}

// Auth is one set of credentials, immutable.
type Auth struct {
	Name   string
	Origin Origin
	Extra  []conffile.Variable

	// AuthType is kept for its old meaning: all kinds are digest.
	AuthType string `conf:"auth_type" default:"userpass" enum:"userpass|md5|digest"`
	// Username of the digest.
	Username string `conf:"username"`
	// Password of the digest.
	Password schema.Secret `conf:"password"`
	// MD5Cred is the hex MD5 of "username:realm:password", in place of Password.
	MD5Cred schema.Secret `conf:"md5_cred"`
	// Realm of the digest; "" means the Global's for challenges sent, any for challenges answered.
	Realm string `conf:"realm"`
	// SupportedAlgorithmsUAS are the digest algorithms offered; empty means the Global's.
	SupportedAlgorithmsUAS Algorithms `conf:"supported_algorithms_uas"`
	// SupportedAlgorithmsUAC are the digest algorithms answered; empty means the Global's.
	SupportedAlgorithmsUAC Algorithms `conf:"supported_algorithms_uac"`
}

// Identify finds an endpoint by the source of a request, immutable.
type Identify struct {
	Name   string
	Origin Origin
	Extra  []conffile.Variable

	// Endpoint that the request is from.
	Endpoint string `conf:"endpoint" ref:"endpoint"`
	// Match are the source addresses and hosts.
	Match AddrMatch `conf:"match"`
	// MatchHeader is "Header: value" or "Header: /regex/".
	MatchHeader string `conf:"match_header"`
	// SRVLookups resolves hosts of Match by SRV first.
	SRVLookups bool `conf:"srv_lookups" default:"yes"`
}

// Transport is one address that SIP is served on, immutable.
type Transport struct {
	Name   string
	Origin Origin
	Extra  []conffile.Variable

	// Protocol is one transport protocol.
	Protocol string `conf:"protocol" default:"udp" enum:"udp|tcp|tls|ws|wss|flow" apply:"restart"`
	// Bind is the address served; the port is 5060, with TLS 5061, where none is written.
	Bind Bind `conf:"bind" apply:"restart"`
	// LocalNet are the networks that see the box without address translation.
	LocalNet schema.Prefixes `conf:"local_net" alias:"localnet"`
	// ExternalMediaAddress is the address or host in SDP for peers outside LocalNet.
	ExternalMediaAddress string `conf:"external_media_address"`
	// ExternalSignalingAddress is the address or host in Via and Contact for peers outside LocalNet.
	ExternalSignalingAddress string `conf:"external_signaling_address"`
	// ExternalSignalingPort goes with ExternalSignalingAddress; 0 means the port of Bind.
	ExternalSignalingPort uint16 `conf:"external_signaling_port" default:"0"`
}
