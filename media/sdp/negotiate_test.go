package sdp

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/timbre-pbx/timbre/audio/codec"
)

var (
	ulaw = &codec.Codec{Name: "ulaw", Encoding: "PCMU", ClockRate: 8000, Channels: 1, PayloadType: 0}
	alaw = &codec.Codec{Name: "alaw", Encoding: "PCMA", ClockRate: 8000, Channels: 1, PayloadType: 8}
	g722 = &codec.Codec{Name: "g722", Encoding: "G722", ClockRate: 8000, Channels: 1, PayloadType: 9}
	slin = &codec.Codec{Name: "slin16", Encoding: "L16", ClockRate: 16000, Channels: 1, PayloadType: codec.Dynamic}
	opus = &codec.Codec{Name: "opus", Encoding: "opus", ClockRate: 48000, Channels: 2, PayloadType: codec.Dynamic, Fmtp: "useinbandfec=1"}
)

func config(codecs ...*codec.Codec) Config {
	c := Config{ID: 5, Version: 6, Addr: netip.MustParseAddrPort("192.0.2.1:10000"), EventPT: 101, Ptime: 20}
	for _, one := range codecs {
		c.Codecs = append(c.Codecs, CodecChoice{Codec: one})
	}
	return c
}

func parse(t testing.TB, text string) *Session {
	t.Helper()
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnswer(t *testing.T) {
	plain := "m=audio 4000 RTP/AVP 0 8\r\n"
	tests := []struct {
		name   string
		offer  string
		ours   Config
		err    error
		codec  *codec.Codec
		pt     uint8
		hold   bool
		dir    Direction
		says   []string
		remote string
		rtcp   string
	}{
		{name: "our order counts", offer: head + plain, ours: config(alaw, ulaw), codec: alaw, pt: 8,
			says: []string{"m=audio 10000 RTP/AVP 8 0\r\n", "a=sendrecv\r\n"}, remote: "192.0.2.9:4000", rtcp: "192.0.2.9:4001"},
		{name: "their number for a dynamic codec", offer: head + "m=audio 4000 RTP/AVP 111 0\r\na=rtpmap:111 OPUS/48000/2\r\n",
			ours: config(opus), codec: opus, pt: 111, says: []string{"m=audio 10000 RTP/AVP 111\r\n", "a=rtpmap:111 opus/48000/2\r\n", "a=fmtp:111 useinbandfec=1\r\n"}},
		{name: "a static number with another meaning", offer: head + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 L16/16000\r\n",
			ours: config(ulaw, slin), codec: slin, pt: 0},
		{name: "events at the codec's clock", offer: head + "m=audio 4000 RTP/AVP 111 96 97\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:96 telephone-event/8000\r\na=rtpmap:97 telephone-event/48000\r\n",
			ours: config(opus), codec: opus, pt: 111, says: []string{" RTP/AVP 111 97\r\n", "a=rtpmap:97 telephone-event/48000\r\n"}},
		{name: "video is refused", offer: head + "m=video 5000 RTP/AVP 99\r\n" + plain + "m=application 6000 UDP/DTLS/SCTP webrtc-datachannel\r\n",
			ours: config(ulaw), codec: ulaw, says: []string{"m=video 0 RTP/AVP 99\r\nm=audio 10000 RTP/AVP 0\r\n", "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"}},
		{name: "a second audio is refused", offer: head + plain + plain, ours: config(ulaw), codec: ulaw, says: []string{"m=audio 0 RTP/AVP 0\r\n"}},
		{name: "an audio stream switched off is passed over", offer: head + "m=audio 0 RTP/AVP 0\r\n" + plain, ours: config(ulaw), codec: ulaw,
			says: []string{"m=audio 0 RTP/AVP 0\r\nm=audio 10000"}},
		{name: "sendonly holds", offer: head + plain + "a=sendonly\r\n", ours: config(ulaw), codec: ulaw, hold: true, dir: RecvOnly, says: []string{"a=recvonly\r\n"}},
		{name: "inactive holds", offer: head + plain + "a=inactive\r\n", ours: config(ulaw), codec: ulaw, hold: true, dir: Inactive, says: []string{"a=inactive\r\n"}},
		{name: "address zero holds", offer: head + plain + "c=IN IP4 0.0.0.0\r\n", ours: config(ulaw), codec: ulaw, hold: true, dir: RecvOnly},
		{name: "recvonly listens", offer: head + plain + "a=recvonly\r\n", ours: config(ulaw), codec: ulaw, dir: SendOnly, says: []string{"a=sendonly\r\n"}},
		{name: "rtcp elsewhere", offer: head + plain + "a=rtcp:9999 IN IP4 192.0.2.77\r\n", ours: config(ulaw), codec: ulaw, rtcp: "192.0.2.77:9999"},
		{name: "rtcp at another port", offer: head + plain + "a=rtcp:9999\r\n", ours: config(ulaw), codec: ulaw, rtcp: "192.0.2.9:9999"},
		{name: "no port above the last", offer: head + "m=audio 65535 RTP/AVP 0\r\n", ours: config(ulaw), codec: ulaw, rtcp: "invalid AddrPort"},
		{name: "nothing in common", offer: head + "m=audio 4000 RTP/AVP 3\r\n", ours: config(ulaw), err: ErrNoCodec},
		{name: "no audio", offer: head + "m=video 4000 RTP/AVP 99\r\n", ours: config(ulaw), err: ErrNoAudio},
		{name: "encrypted only", offer: head + "m=audio 4000 RTP/SAVP 0\r\n", ours: config(ulaw), err: ErrNoAudio},
		{name: "no media at all", offer: head, ours: config(ulaw), err: ErrNoAudio},
		{name: "a host name", offer: head + plain + "c=IN IP4 phone.example\r\n", ours: config(ulaw), err: ErrNoAddress},
		{name: "the other family", offer: head + plain + "c=IN IP6 2001:db8::1\r\n", ours: config(ulaw), err: ErrNoAddress},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, body, err := Answer(parse(t, tt.offer), tt.ours)
			if !errors.Is(err, tt.err) {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
			if p.Codec != tt.codec || tt.pt != 0 && p.SendPT != tt.pt || p.Hold != tt.hold || p.Direction != tt.dir {
				t.Errorf("%+v", p)
			}
			if tt.remote != "" && p.Remote.String() != tt.remote || tt.rtcp != "" && p.RemoteRTCP.String() != tt.rtcp {
				t.Error(p.Remote, p.RemoteRTCP)
			}
			for _, part := range tt.says {
				if !strings.Contains(string(body), part) {
					t.Errorf("no %q in\n%s", part, body)
				}
			}
		})
	}
}

func TestReadAnswer(t *testing.T) {
	ours := NewOffer(config(g722, opus, ulaw))
	tests := []struct {
		name   string
		answer string
		err    error
		codec  *codec.Codec
		sendPT uint8
		event  uint8
		dir    Direction
		hold   bool
	}{
		{"their choice counts", head + "m=audio 4000 RTP/AVP 0 9\r\n", nil, ulaw, 0, 0, SendRecv, false},
		{"their number is sent", head + "m=audio 4000 RTP/AVP 120 110\r\na=rtpmap:120 opus/48000/2\r\na=rtpmap:110 telephone-event/8000\r\n", nil, opus, 120, 110, SendRecv, false},
		{"events first in the list", head + "m=audio 4000 RTP/AVP 101 9\r\na=rtpmap:101 telephone-event/8000\r\n", nil, g722, 9, 101, SendRecv, false},
		{"held by the answer", head + "m=audio 4000 RTP/AVP 9\r\na=sendonly\r\n", nil, g722, 9, 0, RecvOnly, true},
		{"held by address zero", head + "m=audio 4000 RTP/AVP 9\r\nc=IN IP4 0.0.0.0\r\n", nil, g722, 9, 0, RecvOnly, true},
		{"refused", head + "m=audio 0 RTP/AVP 9\r\n", ErrNoAudio, nil, 0, 0, 0, false},
		{"answered in the wrong place", head + "m=video 0 RTP/AVP 9\r\nm=audio 4000 RTP/AVP 9\r\n", ErrNoAudio, nil, 0, 0, 0, false},
		{"a codec that was not offered", head + "m=audio 4000 RTP/AVP 8\r\n", ErrNoCodec, nil, 0, 0, 0, false},
		{"no address", "v=0\r\no=- 1 1 IN IP4 x\r\nm=audio 4000 RTP/AVP 9\r\n", ErrNoAddress, nil, 0, 0, 0, false},
		{"empty", head, ErrNoAudio, nil, 0, 0, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ReadAnswer(ours, parse(t, tt.answer))
			if !errors.Is(err, tt.err) {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
			if p.Codec != tt.codec || p.SendPT != tt.sendPT || p.EventPT != tt.event || p.Direction != tt.dir || p.Hold != tt.hold {
				t.Errorf("%+v", p)
			}
			if p.Recv[9] != g722 || p.Recv[96] != opus || p.Recv[0] != ulaw {
				t.Errorf("what may come: %v", p.Recv)
			}
		})
	}
}

func TestOfferText(t *testing.T) {
	cfg := config(g722, opus, slin)
	cfg.Addr, cfg.Codecs[2].PT, cfg.RTCPMux = netip.MustParseAddrPort("[2001:db8::1]:10000"), 96, true
	want := "v=0\r\no=- 5 7 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\n" +
		"m=audio 10000 RTP/AVP 9 97 96 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:97 opus/48000/2\r\na=fmtp:97 useinbandfec=1\r\n" +
		"a=rtpmap:96 L16/16000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=rtcp-mux\r\na=sendrecv\r\n"
	if got := string(NewOffer(cfg.Next()).Body()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Two sides that negotiate agree, whatever each wants.
func TestBothSidesAgree(t *testing.T) {
	all := []*codec.Codec{ulaw, alaw, g722, slin, opus}
	rapid.Check(t, func(rt *rapid.T) {
		side := func(label, addr string) Config {
			codecs := rapid.Permutation(all).Draw(rt, label+" codecs")[:rapid.IntRange(1, 5).Draw(rt, label+" count")]
			c := config(codecs...)
			c.Addr = netip.MustParseAddrPort(addr)
			c.Direction = Direction(rapid.IntRange(0, 3).Draw(rt, label+" direction"))
			c.RTCPMux = rapid.Bool().Draw(rt, label+" mux")
			c.Ptime = rapid.SampledFrom([]int{0, 10, 20, 30}).Draw(rt, label+" ptime")
			return c
		}
		a, b := side("a", "192.0.2.1:4000"), side("b", "192.0.2.2:5000")
		offer := NewOffer(a)
		planB, body, err := Answer(parse(t, string(offer.Body())), b)
		common := slices.ContainsFunc(a.set(), func(c *codec.Codec) bool { return slices.Contains(b.set(), c) })
		if (err == nil) != common {
			rt.Fatal(err)
		}
		if err != nil {
			return
		}
		planA, err := ReadAnswer(offer, parse(t, string(body)))
		if err != nil {
			rt.Fatal(err)
		}
		if planA.Codec != planB.Codec || planB.Recv[planA.SendPT] != planA.Codec || planA.Recv[planB.SendPT] != planB.Codec {
			rt.Errorf("codecs: %+v and %+v", planA, planB)
		}
		if planA.Direction.Sends() != planB.Direction.Receives() || planA.Direction.Receives() != planB.Direction.Sends() {
			rt.Errorf("directions: %v and %v", planA.Direction, planB.Direction)
		}
		if planA.RTCPMux != planB.RTCPMux || planA.Remote != b.Addr || planB.Remote != a.Addr || planA.EventPT != planB.RecvEvent {
			rt.Errorf("%+v and %+v", planA, planB)
		}
	})
}
