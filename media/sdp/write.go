package sdp

import (
	"fmt"
	"net/netip"

	"github.com/timbre-pbx/timbre/audio/codec"
)

// eventRange is which events we take: digits, *, #, A to D and flash (RFC 4733 §3.2).
const eventRange = "0-16"

// writer collects the text of a description.
type writer struct{ text []byte }

func (w *writer) line(format string, args ...any) {
	w.text = fmt.Appendf(w.text, format, args...)
	w.text = append(w.text, '\r', '\n')
}

// begin writes what stands before the first m= line.
func begin(cfg Config) *writer {
	w := &writer{}
	at := host(cfg.Addr.Addr())
	w.line("v=0")
	w.line("o=- %d %d IN %s", cfg.ID, cfg.Version, at)
	w.line("s=-")
	w.line("c=IN %s", at)
	w.line("t=0 0")
	return w
}

func host(a netip.Addr) string {
	if a.Is4() {
		return "IP4 " + a.String()
	}
	return "IP6 " + a.WithZone("").String()
}

func (w *writer) audio(cfg Config, s stream) {
	m := fmt.Appendf(nil, "m=audio %d %s", cfg.Addr.Port(), s.proto)
	for _, p := range s.payloads {
		m = fmt.Appendf(m, " %d", p.pt)
	}
	if s.event != 0 {
		m = fmt.Appendf(m, " %d", s.event)
	}
	w.line("%s", m)
	for _, p := range s.payloads {
		w.rtpmap(p.pt, p.codec)
	}
	if s.event != 0 {
		w.line("a=rtpmap:%d telephone-event/%d", s.event, s.clock)
		w.line("a=fmtp:%d %s", s.event, eventRange)
	}
	if cfg.Ptime != 0 {
		w.line("a=ptime:%d", cfg.Ptime)
	}
	if s.mux {
		w.line("a=rtcp-mux")
	}
	w.line("a=%v", s.direction)
}

func (w *writer) rtpmap(pt uint8, c *codec.Codec) {
	if c.Channels > 1 {
		w.line("a=rtpmap:%d %s/%d/%d", pt, c.Encoding, c.ClockRate, c.Channels)
	} else {
		w.line("a=rtpmap:%d %s/%d", pt, c.Encoding, c.ClockRate)
	}
	if c.Fmtp != "" {
		w.line("a=fmtp:%d %s", pt, c.Fmtp)
	}
}

// refuse answers a stream that is not wanted: port 0, its transport and its
// first format (RFC 3264 §6).
func (w *writer) refuse(m *Media) {
	w.line("m=%s 0 %s %s", m.Kind, m.Proto, m.Formats[0])
}
