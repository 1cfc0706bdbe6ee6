package message

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Respond builds the answer to req (RFC 3261 §8.2.6.2): Via, From, To, Call-ID
// and CSeq are repeated, and Record-Route in a success or a provisional answer
// that makes a dialog (§12.1.1). The To gets toTag unless it has a tag or the
// answer is 100 or toTag is "". Hdrs follow, then Content-Length 0; a body is
// set with sip.Response.SetBody, which corrects it.
func Respond(req *sip.Request, status int, reason, toTag string, hdrs ...sip.Header) *sip.Response {
	res := sip.NewResponse(status, reason)
	copyAll(res, req, "Via")
	if status > 100 && status < 300 {
		copyAll(res, req, "Record-Route")
	}
	copyAll(res, req, "From")
	copyAll(res, req, "To")
	copyAll(res, req, "Call-ID")
	copyAll(res, req, "CSeq")
	if to := res.To(); to != nil && status > 100 && toTag != "" && !to.Params.Has("tag") {
		to.Params.Add("tag", toTag)
	}
	for _, h := range hdrs {
		res.AppendHeader(h)
	}
	if res.ContentLength() == nil {
		res.SetBody(nil)
	}
	return res
}

func copyAll(res *sip.Response, req *sip.Request, name string) {
	for _, h := range req.GetHeaders(name) {
		res.AppendHeader(sip.HeaderClone(h))
	}
}

// FixVia writes into the topmost Via of req where it came from: received if
// the host differs from src or rport was asked for, and the value of rport
// (RFC 3261 §18.2.1, RFC 3581 §4). A value that the sender put there himself
// is replaced.
func FixVia(req *sip.Request, src netip.AddrPort) {
	via := req.Via()
	if via == nil {
		return
	}
	addr := src.Addr().Unmap()
	rport := via.Params.Has("rport")
	via.Params.Remove("received")
	if rport {
		set(&via.Params, "rport", strconv.Itoa(int(src.Port())))
	}
	host, err := netip.ParseAddr(strings.Trim(via.Host, "[]"))
	if rport || err != nil || host.Unmap() != addr {
		set(&via.Params, "received", addr.WithZone("").String())
	}
}

func set(p *sip.HeaderParams, key, value string) {
	p.Remove(key)
	p.Add(key, value)
}
