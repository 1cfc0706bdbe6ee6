package message

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Fault says why a message is refused.
type Fault struct {
	Status  int    // of the answer, 400 to 513
	Reason  string // reason phrase; it tells the sender what is wrong
	Headers []sip.Header
	// Request holds what of the request an answer needs. It is nil when
	// there is nobody to answer: the message is a response or an ACK, or
	// has no Via; the message is then dropped.
	Request *sip.Request
}

// Error is the status and the reason.
func (f *Fault) Error() string { return strconv.Itoa(f.Status) + " " + f.Reason }

// Parse reads one datagram. It returns a *sip.Request or a *sip.Response, or
// else why not. Data is not kept.
func Parse(data []byte) (sip.Message, *Fault) { return parse(data, MaxHead) }

// ParseStream reads one message that a stream's framing has cut out: as Parse,
// with MaxStreamHead for the head.
func ParseStream(data []byte) (sip.Message, *Fault) { return parse(data, MaxStreamHead) }

func parse(data []byte, maxHead int) (sip.Message, *Fault) {
	cut := len(data) > maxHead+MaxBody
	if cut {
		data = data[:maxHead+MaxBody]
	}
	h := scan(data)
	if strings.HasPrefix(h.start, "SIP/") {
		return parseResponse(h, cut || len(data)-len(h.body) > maxHead)
	}
	req, fault := parseRequest(h)
	switch {
	case cut || len(data)-len(h.body) > maxHead || len(h.body) > MaxBody:
		fault = &Fault{Status: 513, Reason: "Message Too Large"}
	case fault == nil:
		return req, nil
	}
	if fault.Request = nil; answerable(h) {
		fault.Request = skeleton(h)
	}
	return nil, fault
}

func parseRequest(h head) (*sip.Request, *Fault) {
	if h.reason != "" {
		return nil, &Fault{Status: 400, Reason: h.reason}
	}
	method, target, fault := requestLine(h.start)
	if fault != nil {
		return nil, fault
	}
	if fault := checkFields(h, method); fault != nil {
		return nil, fault
	}
	req := sip.NewRequest(sip.RequestMethod(method), target)
	if reason := appendFields(req, h.fields); reason != "" {
		return nil, &Fault{Status: 400, Reason: reason}
	}
	if fault := checkRequest(req); fault != nil {
		return nil, fault
	}
	body, reason := bodyOf(h)
	if reason != "" {
		return nil, &Fault{Status: 400, Reason: reason}
	}
	setBody(req, body)
	return req, nil
}

func parseResponse(h head, large bool) (sip.Message, *Fault) {
	drop := func(reason string) (sip.Message, *Fault) { return nil, &Fault{Status: 400, Reason: reason} }
	version, rest, _ := strings.Cut(h.start, " ")
	code, reason, spaced := strings.Cut(rest, " ")
	status, err := strconv.ParseUint(code, 10, 16)
	switch {
	case large:
		return drop("Response Too Large")
	case h.reason != "":
		return drop(h.reason)
	case version != "SIP/2.0":
		return drop("Response of Another SIP Version")
	case err != nil || !spaced || len(code) != 3 || status < 100 || status > 699:
		return drop("Malformed Status Line")
	}
	if f := checkFields(h, ""); f != nil {
		return drop(f.Reason)
	}
	res := sip.NewResponse(int(status), reason)
	if why := appendFields(res, h.fields); why != "" {
		return drop(why)
	}
	if len(res.GetHeaders("Via")) != 1 {
		return drop("Response With More Than Our Via") // RFC 3261 §8.1.3.3
	}
	body, why := bodyOf(h)
	if why != "" {
		return drop(why)
	}
	setBody(res, body)
	return res, nil
}

// requestLine splits Method SP Request-URI SP SIP-Version.
func requestLine(line string) (method string, target sip.Uri, fault *Fault) {
	bad := func(status int, reason string) (string, sip.Uri, *Fault) {
		return "", sip.Uri{}, &Fault{Status: status, Reason: reason}
	}
	if len(line) > MaxRequestLine {
		return bad(414, "Request-URI Too Long")
	}
	parts := strings.Split(line, " ")
	if len(parts) != 3 || parts[2] == "" {
		return bad(400, "Malformed Request Line")
	}
	method, uri := parts[0], parts[1]
	switch {
	case !isToken(method) || len(method) > MaxMethod:
		return bad(400, "Malformed Method")
	case !strings.HasPrefix(strings.ToUpper(parts[2]), "SIP/"):
		return bad(400, "Malformed Request Line")
	case strings.ToUpper(parts[2]) != "SIP/2.0":
		return bad(505, "Version Not Supported")
	case len(uri) > MaxURI:
		return bad(414, "Request-URI Too Long")
	}
	target, status := requestURI(uri)
	switch status {
	case 0:
		return method, target, nil
	case 416:
		return bad(416, "Unsupported URI Scheme")
	}
	return bad(400, "Malformed Request-URI")
}

// appendFields parses each field and appends it; it returns why it could not.
func appendFields(msg sip.Message, fields []field) string {
	parsers := sip.HeadersParser(sip.DefaultHeadersParser())
	for _, f := range fields {
		hs, err := parsers.ParseHeader(nil, []byte(f.name+": "+tidy(f)))
		if err != nil || len(hs) == 0 {
			return "Malformed " + f.name
		}
		if len(hs) > maxValues {
			return "Too Many Values in " + f.name
		}
		for _, h := range hs {
			msg.AppendHeader(h)
		}
	}
	return ""
}

// bodyOf is the body that Content-Length tells. On a datagram what comes after
// it is thrown away, and too little is an error (RFC 3261 §18.3).
func bodyOf(h head) (body []byte, reason string) {
	for _, f := range h.fields {
		if f.name != "Content-Length" {
			continue
		}
		n, err := strconv.ParseUint(f.value, 10, 31)
		switch {
		case err != nil:
			return nil, "Malformed Content-Length"
		case n > uint64(len(h.body)):
			return nil, "Content-Length Past the End"
		}
		return h.body[:n], ""
	}
	return h.body, ""
}

func setBody(msg sip.Message, body []byte) {
	if len(body) > 0 {
		msg.SetBody(append([]byte(nil), body...))
	}
}

// answerable says whether h is a request that may be answered: RFC 3261 §17
// forbids it for an ACK, and without a Via there is no way back.
func answerable(h head) bool {
	method, _, _ := strings.Cut(h.start, " ")
	if method == "" || method == "ACK" || strings.HasPrefix(method, "SIP/") {
		return false
	}
	for _, f := range h.fields {
		if f.name == "Via" {
			return true
		}
	}
	return false
}

// skeleton is a request of the headers that an answer repeats (RFC 3261
// §8.2.6.2), each parsed if it can be and as it stands if not.
func skeleton(h head) *sip.Request {
	method, _, _ := strings.Cut(h.start, " ")
	req := sip.NewRequest(sip.RequestMethod(method), sip.Uri{})
	seen := make(map[string]bool)
	parsers := sip.HeadersParser(sip.DefaultHeadersParser())
	for _, f := range h.fields {
		switch f.name {
		case "Via":
		case "From", "To", "Call-ID", "CSeq":
			if seen[f.name] {
				continue
			}
		default:
			continue
		}
		seen[f.name] = true
		hs, err := parsers.ParseHeader(nil, []byte(f.name+": "+tidy(f)))
		if err != nil {
			hs = []sip.Header{sip.NewHeader(f.name, f.value)}
		}
		for _, one := range hs {
			req.AppendHeader(one)
		}
	}
	return req
}
