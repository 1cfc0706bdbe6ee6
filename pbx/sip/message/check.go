package message

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// checkFields checks the fields that must stand once, and their numbers.
// Method is "" for a response.
func checkFields(h head, method string) *Fault {
	count := make(map[string]int)
	for _, f := range h.fields {
		count[f.name]++
		if why := checkField(f, method); why != "" {
			return &Fault{Status: 400, Reason: why}
		}
	}
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		if count[name] == 0 {
			return &Fault{Status: 400, Reason: "Missing " + name}
		}
	}
	for _, name := range []string{"From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length", "Content-Type"} {
		if count[name] > 1 {
			return &Fault{Status: 400, Reason: "More Than One " + name}
		}
	}
	return nil
}

func checkField(f field, method string) string {
	switch f.name {
	case "CSeq":
		parts := strings.Fields(f.value)
		if len(parts) != 2 || !isToken(parts[1]) || len(parts[1]) > MaxMethod {
			return "Malformed CSeq"
		}
		if _, err := strconv.ParseUint(parts[0], 10, 31); err != nil {
			return "CSeq Number Out of Range"
		}
		if method != "" && parts[1] != method {
			return "CSeq Method Mismatch"
		}
	case "Max-Forwards":
		if _, err := strconv.ParseUint(f.value, 10, 31); err != nil {
			return "Malformed Max-Forwards"
		}
	case "Content-Length":
		if _, err := strconv.ParseUint(f.value, 10, 31); err != nil {
			return "Malformed Content-Length"
		}
	case "Call-ID":
		if f.value == "" || len(f.value) > MaxToken || strings.ContainsAny(f.value, " \t") {
			return "Malformed Call-ID"
		}
	case "From", "To", "Contact":
		return checkAddress(f)
	}
	return ""
}

// checkAddress refuses what sipgo lets pass: an open quote, a blank inside the
// brackets, headers in an address without brackets (RFC 3261 §20.10).
func checkAddress(f field) string {
	quoted, angled := false, false
	for i := 0; i < len(f.value); i++ {
		switch c := f.value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"' && !angled:
			quoted = !quoted
		case quoted:
		case c == '<':
			angled = true
		case c == '>':
			angled = false
		case angled && (c == ' ' || c == '\t'):
			return "Blank in URI of " + f.name
		case c == '?' && !angled && !strings.Contains(f.value, "<"):
			return "Headers in " + f.name + " Without Brackets"
		}
	}
	if quoted || angled {
		return "Unbalanced Quotes in " + f.name
	}
	return ""
}

// checkRequest checks the parsed request in the order of RFC 3261 §8.2 and
// §16.3.
func checkRequest(req *sip.Request) *Fault {
	via, from, to := req.Via(), req.From(), req.To()
	if via == nil || from == nil || to == nil {
		return &Fault{Status: 400, Reason: "Malformed Via, From or To"}
	}
	if why := checkVia(via); why != "" {
		return &Fault{Status: 400, Reason: why}
	}
	if tagTooLong(from.Params) || tagTooLong(to.Params) {
		return &Fault{Status: 400, Reason: "Tag Too Long"}
	}
	if req.Method == sip.REGISTER && (!addressOfRecord(to.Address) || !addressOfRecord(from.Address)) {
		return &Fault{Status: 400, Reason: "To and From of REGISTER Must Be SIP URIs"}
	}
	if mf := req.MaxForwards(); mf != nil && mf.Val() == 0 {
		return &Fault{Status: 483, Reason: "Too Many Hops"}
	}
	if f := checkRequire(req); f != nil {
		return f
	}
	return checkContent(req)
}

func checkVia(via *sip.ViaHeader) string {
	branch, ok := via.Params.Get("branch")
	switch {
	case via.ProtocolName == "" || !strings.EqualFold(via.ProtocolName, "SIP") || via.ProtocolVersion != "2.0":
		return "Malformed Via"
	case via.Host == "" || via.Port < 0 || via.Port > 65535 || strings.ContainsAny(via.Host, ";, \t"):
		return "Malformed Via"
	case ok && (strings.EqualFold(branch, sip.RFC3261BranchMagicCookie) || len(branch) > MaxToken || branch == ""):
		return "Malformed Branch"
	}
	return ""
}

func tagTooLong(p sip.HeaderParams) bool {
	tag, _ := p.Get("tag")
	return len(tag) > MaxToken
}

func addressOfRecord(u sip.Uri) bool {
	return u.Scheme == "sip" || u.Scheme == "sips" || u.Scheme == "tel"
}

// checkRequire refuses option tags that nothing here implements (RFC 3261
// §8.2.2.3). An ACK or CANCEL is never refused for one.
func checkRequire(req *sip.Request) *Fault {
	if req.Method == sip.ACK || req.Method == sip.CANCEL {
		return nil
	}
	var unknown []string
	for _, h := range req.GetHeaders("Require") {
		for tag := range strings.SplitSeq(h.Value(), ",") {
			switch tag = strings.TrimSpace(tag); strings.ToLower(tag) {
			case "", "path", "replaces", "timer":
			default:
				unknown = append(unknown, tag)
			}
		}
	}
	if unknown == nil {
		return nil
	}
	list := sip.NewHeader("Unsupported", strings.Join(unknown, ", "))
	return &Fault{Status: 420, Reason: "Bad Extension", Headers: []sip.Header{list}}
}

// checkContent refuses bodies that nothing here reads (RFC 3261 §8.2.3).
func checkContent(req *sip.Request) *Fault {
	if cl := req.ContentLength(); cl != nil && *cl == 0 {
		return nil
	}
	for _, h := range req.GetHeaders("Content-Encoding") {
		if v := strings.TrimSpace(h.Value()); v != "" && !strings.EqualFold(v, "identity") {
			accept := sip.NewHeader("Accept-Encoding", "identity")
			return &Fault{Status: 415, Reason: "Unsupported Media Type", Headers: []sip.Header{accept}}
		}
	}
	ct := req.ContentType()
	if req.Method != sip.INVITE || ct == nil {
		return nil
	}
	kind, _, _ := strings.Cut(string(*ct), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if kind == "application/sdp" || strings.HasPrefix(kind, "multipart/") {
		return nil
	}
	accept := sip.NewHeader("Accept", "application/sdp")
	return &Fault{Status: 415, Reason: "Unsupported Media Type", Headers: []sip.Header{accept}}
}
