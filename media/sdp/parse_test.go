package sdp

import (
	"errors"
	"strings"
	"testing"
)

const head = "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"

func TestParseRefuses(t *testing.T) {
	tests := map[string]string{
		"nothing":                  "",
		"no version":               "o=- 1 1 IN IP4 192.0.2.1\r\n",
		"no origin":                "v=0\r\ns=-\r\n",
		"two origins":              head + "o=- 1 1 IN IP4 192.0.2.1\r\n",
		"letters in origin":        "v=0\r\no=- x 1 IN IP4 192.0.2.1\r\n",
		"too long":                 head + strings.Repeat("i=0123456789\r\n", 1300),
		"17 media":                 head + strings.Repeat("m=audio 4000 RTP/AVP 0\r\n", 17),
		"257 attributes":           head + strings.Repeat("a=x\r\n", 257),
		"129 formats":              head + "m=audio 4000 RTP/AVP" + strings.Repeat(" 0", 129) + "\r\n",
		"NUL":                      head + "i=a\x00b\r\n",
		"escape":                   head + "i=\x1b[2J\r\n",
		"lone carriage return":     head + "i=a\rm=audio 1 RTP/AVP 0\r\n",
		"no equals sign":           head + "hello\r\n",
		"payload type 128":         head + "m=audio 4000 RTP/AVP 128\r\n",
		"payload type in letters":  head + "m=audio 4000 rtp/avp x\r\n",
		"port 65536":               head + "m=audio 65536 RTP/AVP 0\r\n",
		"port minus one":           head + "m=audio -1 RTP/AVP 0\r\n",
		"no format":                head + "m=audio 4000 RTP/AVP\r\n",
		"rtpmap 128":               head + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:128 X/8000\r\n",
		"rtpmap without clock":     head + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:96 X\r\n",
		"rtpmap with clock 0":      head + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:96 X/0\r\n",
		"ptime 0":                  head + "m=audio 4000 RTP/AVP 0\r\na=ptime:0\r\n",
		"ptime in letters":         head + "m=audio 4000 RTP/AVP 0\r\na=ptime:soon\r\n",
		"ptime of an hour":         head + "m=audio 4000 RTP/AVP 0\r\na=ptime:3600000\r\n",
		"rtcp port 70000":          head + "m=audio 4000 RTP/AVP 0\r\na=rtcp:70000\r\n",
		"IPv6 address said IPv4":   "v=0\r\no=- 1 1 IN IP4 x\r\nc=IN IP4 2001:db8::1\r\n",
		"connection on the moon":   "v=0\r\no=- 1 1 IN IP4 x\r\nc=MOON IP4 192.0.2.1\r\n",
		"number beyond everything": head + "m=audio 99999999999999999999 RTP/AVP 0\r\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := Parse([]byte(text))
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Error() == "" {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
}

func TestParseTakesWhatPhonesSend(t *testing.T) {
	text := "v=0\no=root 9223372036854775807 18446744073709551615 IN IP6 2001:db8::9\n" +
		"c=IN IP6 2001:db8::9\na=sendonly\n" +
		"m=audio 4000/2 RTP/AVP 9 101\na=rtpmap:9 G722/8000\na=rtcp:4009 IN IP6 2001:db8::8\na=maxptime:150\n" +
		"m=image 4002 udptl t38\nc=IN IP6 fax.example\na=inactive\n\n"
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a := s.Audio()
	if a == nil || a.Port != 4000 || a.Direction != SendOnly || a.MaxPtime != 150 ||
		a.RTCP.String() != "[2001:db8::8]:4009" || a.Addr.String() != "2001:db8::9" {
		t.Errorf("%+v", a)
	}
	if f := s.Media[1]; f.Direction != Inactive || f.Addr.IsValid() || f.Proto != "udptl" {
		t.Errorf("%+v", f)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(head + "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n"))
	f.Add([]byte(head + "m=video 0 RTP/AVP 99\r\nm=audio 1 RTP/AVPF 9\r\na=rtcp:2 IN IP4 0.0.0.0\r\na=sendonly\r\n"))
	f.Add(NewOffer(config(ulaw, opus)).Body())
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		cfg := config(g722, ulaw, opus)
		_, _ = ReadAnswer(NewOffer(cfg), s)
		plan, body, err := Answer(s, cfg)
		if err != nil {
			return
		}
		if plan.Codec == nil || plan.Recv[plan.SendPT] != plan.Codec || !plan.Remote.IsValid() {
			t.Errorf("plan %+v", plan)
		}
		back, err := Parse(body)
		if err != nil {
			t.Fatalf("our own answer: %v\n%s", err, body)
		}
		if len(back.Media) != len(s.Media) {
			t.Errorf("%d streams answered with %d", len(s.Media), len(back.Media))
		}
	})
}
