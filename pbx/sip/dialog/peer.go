package dialog

import (
	"slices"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/sip/message"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

// Party is a name and an address of From, To or P-Asserted-Identity.
type Party struct {
	Name string
	URI  sip.Uri
}

// peer is the state of a dialog (RFC 3261 §12.1). Loop-owned.
type peer struct {
	layer     Layer
	flow      transport.Flow
	callID    string
	local     Party
	remote    Party
	localTag  string
	remoteTag string
	target    sip.Uri
	routes    []sip.Uri
	localSeq  uint32
	remoteSeq uint32
}

// answering is the dialog that req asks us for (§12.1.1).
func answering(l Layer, srv Server) peer {
	req := srv.Message()
	p := peer{layer: l, flow: srv.Flow(), callID: req.CallID().Value(), localTag: l.Token(), remoteSeq: req.CSeq().SeqNo}
	p.local = Party{req.To().DisplayName, req.To().Address}
	p.remote = Party{req.From().DisplayName, req.From().Address}
	p.remoteTag, _ = req.From().Params.Get("tag")
	p.target = req.From().Address
	p.refresh(req)
	p.routes = recordRoutes(req)
	return p
}

// establish takes remote tag, target and route set of a response (§12.1.2).
func (p *peer) establish(res *sip.Response) {
	p.remoteTag, _ = res.To().Params.Get("tag")
	p.refresh(res)
	if routes := recordRoutes(res); len(routes) > 0 {
		slices.Reverse(routes)
		p.routes = routes
	}
}

// refresh takes the remote target of a Contact (§12.2).
func (p *peer) refresh(m interface{ Contact() *sip.ContactHeader }) {
	if c := m.Contact(); c != nil && c.Address.Host != "" {
		p.target = *c.Address.Clone()
	}
}

func recordRoutes(m sip.Message) (out []sip.Uri) {
	for _, h := range m.GetHeaders("Record-Route") {
		if r, ok := h.(*sip.RecordRouteHeader); ok {
			out = append(out, *r.Address.Clone())
		}
	}
	return out
}

// request builds a request within the dialog (§12.2.1.1); the CSeq is the next
// one, except for ACK, which takes seq.
func (p *peer) request(method sip.RequestMethod, seq uint32, hdrs ...sip.Header) *sip.Request {
	if method != sip.ACK {
		p.localSeq++
		seq = p.localSeq
	}
	req := sip.NewRequest(method, p.target)
	for _, r := range p.routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	from := &sip.FromHeader{DisplayName: p.local.Name, Address: p.local.URI, Params: sip.HeaderParams{{K: "tag", V: p.localTag}}}
	to := &sip.ToHeader{DisplayName: p.remote.Name, Address: p.remote.URI}
	if p.remoteTag != "" {
		to.Params = sip.HeaderParams{{K: "tag", V: p.remoteTag}}
	}
	id, hops := sip.CallIDHeader(p.callID), sip.MaxForwardsHeader(70)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&hops)
	if method != sip.ACK && method != sip.BYE {
		req.AppendHeader(p.contact())
	}
	for _, h := range hdrs {
		req.AppendHeader(h)
	}
	req.SetBody(nil)
	return req
}

func (p *peer) contact() sip.Header {
	return &sip.ContactHeader{Address: p.layer.Contact(p.flow)}
}

// reply answers a request of the dialog.
func (p *peer) reply(srv Server, code int, reason string, hdrs ...sip.Header) {
	srv.Respond(p.response(srv, code, reason, hdrs...))
}

func (p *peer) response(srv Server, code int, reason string, hdrs ...sip.Header) *sip.Response {
	req := srv.Message()
	if reason == "" {
		reason = Phrase(code)
	}
	res := message.Respond(req, code, reason, p.localTag, hdrs...)
	switch req.Method {
	case sip.INVITE, sip.UPDATE, sip.SUBSCRIBE:
		if code > 100 && code < 300 {
			res.AppendHeader(p.contact())
		}
	}
	return res
}

// accepts checks tag and CSeq of a request within the dialog (§12.2.2) and
// answers it when they are wrong.
func (p *peer) accepts(srv Server) bool {
	req := srv.Message()
	if tag, _ := req.From().Params.Get("tag"); tag != p.remoteTag {
		p.reply(srv, 481, "")
		return false
	}
	if seq := req.CSeq().SeqNo; seq <= p.remoteSeq && p.remoteSeq != 0 {
		p.reply(srv, 500, "CSeq Out Of Order")
		return false
	} else {
		p.remoteSeq = seq
	}
	p.flow = srv.Flow()
	return true
}

// setBody gives a message a body of a type; nil leaves it empty.
func setBody(m sip.Message, ctype string, body []byte) {
	if len(body) == 0 {
		return
	}
	m.AppendHeader(sip.NewHeader("Content-Type", ctype))
	m.SetBody(body)
}

// Allow is the header that lists what the box understands.
func Allow() sip.Header {
	return sip.NewHeader("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, SUBSCRIBE, NOTIFY, REGISTER, MESSAGE, PUBLISH")
}
