package registrar

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// AOR is the registration settings of one address of record. A zero duration
// takes the value that its comment gives.
type AOR struct {
	Name           string
	MaxContacts    int           // 0 allows none
	RemoveExisting bool          // a contact too many ousts the one that ends first
	Min            time.Duration // shorter is answered 423: 60 s
	Max            time.Duration // longer is cut to it: 7200 s
	Default        time.Duration // when nothing is asked for: 3600 s
	RewriteContact bool          // send to where the request came from, not to the Contact
}

func (a AOR) withDefaults() AOR {
	for _, d := range []struct {
		v    *time.Duration
		when time.Duration
	}{{&a.Min, time.Minute}, {&a.Max, 2 * time.Hour}, {&a.Default, time.Hour}} {
		if *d.v == 0 {
			*d.v = d.when
		}
	}
	return a
}

// Binding is one contact of one address of record. It is a value and shares
// nothing that is written again.
type Binding struct {
	AOR       string
	URI       string        // the Contact as the phone gave it, for the answer
	Target    string        // the Request-URI to reach it by
	Q         int           // preference in thousandths, 0 to 1000
	Granted   time.Duration // the lifetime of the last registration
	Until     time.Time
	CallID    string
	CSeq      uint32
	Path      []string       // Route set toward the contact, nearest first (RFC 3327)
	Flow      transport.Flow // how the last registration came in
	UserAgent string
}

// Contact is one Contact value of a REGISTER.
type Contact struct {
	URI     sip.Uri
	Q       int           // thousandths; 1000 when absent
	Expires time.Duration // negative when absent
}

// Request is what of a REGISTER matters here.
type Request struct {
	CallID    string
	CSeq      uint32
	Wildcard  bool // Contact: *
	Contacts  []Contact
	Expires   time.Duration // of the header; negative when absent
	Path      []string
	Flow      transport.Flow
	UserAgent string
}

// Answer is the status of a REGISTER.
type Answer struct {
	Status     int
	Reason     string
	MinExpires time.Duration // with 423
}

// RequestFrom takes the facts out of a REGISTER that came in on f.
func RequestFrom(req *sip.Request, f transport.Flow) Request {
	r := Request{Expires: -1, Flow: f}
	if h := req.CallID(); h != nil {
		r.CallID = h.Value()
	}
	if h := req.CSeq(); h != nil {
		r.CSeq = h.SeqNo
	}
	if h := req.GetHeader("Expires"); h != nil {
		r.Expires = deltaSeconds(h.Value())
	}
	if h := req.GetHeader("User-Agent"); h != nil {
		r.UserAgent = h.Value()[:min(len(h.Value()), 128)]
	}
	for _, h := range req.GetHeaders("Path") {
		for uri := range strings.SplitSeq(h.Value(), ",") {
			r.Path = append(r.Path, strings.TrimSpace(uri))
		}
	}
	for _, h := range req.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok {
			continue
		}
		if c.Address.Wildcard {
			r.Wildcard = true
			continue
		}
		one := Contact{URI: *c.Address.Clone(), Q: 1000, Expires: -1}
		if v, ok := c.Params.Get("expires"); ok {
			one.Expires = deltaSeconds(v)
		}
		if v, ok := c.Params.Get("q"); ok {
			one.Q = qvalue(v)
		}
		r.Contacts = append(r.Contacts, one)
	}
	return r
}

// deltaSeconds reads delta-seconds, at most 2^32-1; what is no number counts
// as absent (RFC 3261 §10.2.1.1).
func deltaSeconds(s string) time.Duration {
	s = strings.TrimSpace(s)
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return -1
	}
	return time.Duration(n) * time.Second
}

// qvalue reads a qvalue in thousandths; a malformed one counts as 1.
func qvalue(s string) int {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return 1000
	}
	return int(f*1000 + 0.5)
}

// key is equal for contacts that RFC 3261 §19.1.4 calls equal in the parts
// that lead somewhere: scheme, user, host, port and transport.
func key(u sip.Uri) string {
	tp, _ := u.UriParams.Get("transport")
	return u.Scheme + ":" + u.User + "@" + strings.ToLower(u.Host) + ":" + strconv.Itoa(u.Port) + ";" + strings.ToLower(tp)
}

// reachable refuses contacts that would lead back into the box or to everybody.
func reachable(u sip.Uri, from netip.Addr) bool {
	host := strings.Trim(strings.ToLower(u.Host), "[]")
	if from.Unmap().IsLoopback() {
		return true
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return false
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host != ""
	}
	a = a.Unmap()
	return !a.IsLoopback() && !a.IsMulticast() && !a.IsUnspecified() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// target is where requests for u go.
func target(u sip.Uri, a AOR, f transport.Flow) string {
	if a.RewriteContact && f.Remote.IsValid() {
		u = *u.Clone()
		u.Host = f.Remote.Addr().Unmap().WithZone("").String()
		u.Port = int(f.Remote.Port())
	}
	return u.String()
}
