package rtp_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/media/rtp"
)

func TestParse(t *testing.T) {
	h := []byte{0x80, 0x80, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}
	with := func(first byte, tail ...byte) []byte {
		b := append(bytes.Clone(h), tail...)
		b[0] = first
		return b
	}
	tests := []struct {
		name    string
		in      []byte
		payload string
		err     error
	}{
		{"empty", nil, "", rtp.ErrShort},
		{"eleven octets", h[:11], "", rtp.ErrShort},
		{"version 1", with(0x40), "", rtp.ErrVersion},
		{"no payload", h, "", nil},
		{"payload", with(0x80, 'a', 'b'), "ab", nil},
		{"one CSRC", with(0x81, 0, 0, 0, 9, 'a'), "a", nil},
		{"CSRC missing", with(0x82, 0, 0, 0, 9), "", rtp.ErrShort},
		{"extension", with(0x90, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 'a'), "a", nil},
		{"extension longer than the packet", with(0x90, 0xbe, 0xde, 0xff, 0xff, 1), "", rtp.ErrShort},
		{"extension cut", with(0x90, 0xbe), "", rtp.ErrShort},
		{"padding", with(0xa0, 'a', 0, 2), "a", nil},
		{"padding zero", with(0xa0, 'a', 0), "", rtp.ErrPadding},
		{"padding into the header", with(0xa0, 'a', 3), "", rtp.ErrPadding},
		{"padding of nothing", with(0xa0), "", rtp.ErrPadding},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := rtp.Parse(tt.in)
			if !errors.Is(err, tt.err) || string(p.Payload) != tt.payload {
				t.Fatalf("got %q, %v; want %q, %v", p.Payload, err, tt.payload, tt.err)
			}
			if err == nil && p.Header != (rtp.Header{Marker: true, Sequence: 1, Timestamp: 2, SSRC: 3}) {
				t.Fatalf("header %+v", p.Header)
			}
		})
	}
}

func TestControlReadsWhatItWrites(t *testing.T) {
	for _, name := range []string{"", "a", "ab", "abc", "box@host"} {
		in := rtp.Compound{SSRC: 7, HasSender: true, Sender: rtp.SenderInfo{NTP: 1 << 40, Timestamp: 5, Packets: 6, Octets: 7},
			Bye: true, CNAME: []byte(name), N: 1}
		in.Blocks[0] = rtp.Block{SSRC: 9, Fraction: 128, Lost: -3, Highest: 70000, Jitter: 12, LSR: 13, DLSR: 14}
		b := rtp.AppendControl(nil, &in)
		if len(b)%4 != 0 {
			t.Fatalf("%q: %d octets", name, len(b))
		}
		var out rtp.Compound
		if err := rtp.ParseControl(b, &out); err != nil {
			t.Fatal(err)
		}
		if out.SSRC != 7 || out.Sender != in.Sender || !out.Bye || string(out.CNAME) != name || out.N != 1 || out.Blocks[0] != in.Blocks[0] {
			t.Fatalf("got %+v", out)
		}
	}
}

func TestControlRefusesWhatIsShortOrOutOfPlace(t *testing.T) {
	var c rtp.Compound
	for _, b := range [][]byte{nil, {0x80, 201, 0, 0}, {0x80, 202, 0, 1, 0, 0, 0, 1}, {0x81, 201, 0, 1, 0, 0, 0, 1},
		{0x80, 201, 0, 9, 0, 0, 0, 1}, {0x80, 200, 0, 1, 0, 0, 0, 1}, {0x00, 201, 0, 1, 0, 0, 0, 1}} {
		if rtp.ParseControl(b, &c) == nil {
			t.Errorf("% x was taken", b)
		}
	}
}

func TestReceptionCountsLossAndJitter(t *testing.T) {
	var r rtp.Reception
	at := uint32(1000)
	for i := range uint32(300) {
		if i%10 == 5 {
			continue
		}
		if !r.Add(rtp.Header{Sequence: uint16(65500 + i), Timestamp: i * 160, SSRC: 1}, at+i*160) {
			t.Fatalf("packet %d refused", i)
		}
	}
	if r.Received() != 270 || r.Lost() != 30 || r.Jitter() != 0 {
		t.Fatalf("received %d lost %d jitter %d", r.Received(), r.Lost(), r.Jitter())
	}
	now := time.Unix(1000, 0)
	r.SenderReport(rtp.NTP(now), now)
	b := r.Report(now.Add(time.Second))
	if b.Fraction != 25 || b.Lost != 30 || b.Highest != 65799 || b.DLSR != 65536 {
		t.Fatalf("%+v", b)
	}
	if d, ok := rtp.RoundTrip(b, now.Add(1250*time.Millisecond)); !ok || d != 250*time.Millisecond {
		t.Fatalf("round trip %v %v", d, ok)
	}
	if r.Add(rtp.Header{Sequence: 30000, SSRC: 1}, 0) {
		t.Fatal("a wild sequence number was taken")
	}
	if !r.Add(rtp.Header{Sequence: 30001, SSRC: 1}, 0) || r.Received() != 1 {
		t.Fatal("two in a row are a restart")
	}
}

func TestEventsGiveOneDigit(t *testing.T) {
	now := time.Unix(1, 0)
	var w rtp.EventWriter
	if !w.Start('5', 800, 160) || w.Start('x', 800, 160) {
		t.Fatal("start")
	}
	w.Start('5', 800, 160)
	var r rtp.EventReader
	var got []rtp.Digit
	packets := 0
	for w.Active() {
		var b [4]byte
		m := w.Next(b[:])
		packets++
		for range 2 {
			out, n := r.Push(now, rtp.Header{Marker: m, Timestamp: 77}, b[:])
			got = append(got, out[:n]...)
		}
	}
	if packets != 7 || len(got) != 1 || got[0] != (rtp.Digit{Key: '5', Length: 100 * time.Millisecond}) {
		t.Fatalf("%d packets gave %v", packets, got)
	}
}

func TestEventEndsWithoutItsEnds(t *testing.T) {
	now := time.Unix(1, 0)
	var r rtp.EventReader
	r.Push(now, rtp.Header{Timestamp: 1, Marker: true}, []byte{1, 10, 0, 160})
	if _, ok := r.Expire(now.Add(199 * time.Millisecond)); ok {
		t.Fatal("too early")
	}
	if d, ok := r.Expire(now.Add(200 * time.Millisecond)); !ok || d.Key != '1' {
		t.Fatalf("%v %v", d, ok)
	}
	r.Push(now, rtp.Header{Timestamp: 1000, Marker: true}, []byte{2, 10, 0, 160})
	out, n := r.Push(now, rtp.Header{Timestamp: 2000, Marker: true}, []byte{2, 0x8a, 0, 160})
	if n != 2 || out[0].Key != '2' || out[1].Key != '2' {
		t.Fatalf("%v %d", out, n)
	}
	if _, n := r.Push(now, rtp.Header{Timestamp: 1000}, []byte{2, 0x8a, 0, 160}); n != 0 {
		t.Fatal("a late packet of an old digit counted again")
	}
	r.Push(now, rtp.Header{Timestamp: 90000, Marker: true}, []byte{11, 10, 0xff, 0xff})
	out, n = r.Push(now, rtp.Header{Timestamp: 90000 + 0xffff}, []byte{11, 0x8a, 0, 81})
	if n != 1 || out[0].Key != '#' || out[0].Length != 8202*time.Millisecond {
		t.Fatalf("segments: %v %d", out, n)
	}
}

func FuzzRTP(f *testing.F) {
	f.Add([]byte{0x90, 0x80, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := rtp.Parse(b)
		if err != nil {
			return
		}
		var h [rtp.HeaderLen]byte
		p.Put(h[:])
		if q, err := rtp.Parse(h[:]); err != nil || q.Header != p.Header {
			t.Fatalf("%+v became %+v, %v", p.Header, q.Header, err)
		}
	})
}

func FuzzRTCP(f *testing.F) {
	f.Add(rtp.AppendControl(nil, &rtp.Compound{SSRC: 1, N: 1, CNAME: []byte("x"), Bye: true}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c, d rtp.Compound
		if rtp.ParseControl(b, &c) != nil {
			return
		}
		if err := rtp.ParseControl(rtp.AppendControl(nil, &c), &d); err != nil || c.N != d.N || c.SSRC != d.SSRC {
			t.Fatalf("%v: %+v became %+v", err, c, d)
		}
	})
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte{1, 10, 0, 160, 1, 0x8a, 0, 160}, uint32(1))
	f.Fuzz(func(t *testing.T, b []byte, step uint32) {
		var r rtp.EventReader
		now := time.Unix(0, 0)
		for ts := uint32(0); len(b) >= 4; ts += step {
			out, n := r.Push(now, rtp.Header{Timestamp: ts}, b[:4])
			for _, d := range out[:n] {
				if d.Length < 0 || d.Key == 0 {
					t.Fatalf("%+v", d)
				}
			}
			b = b[4:]
		}
	})
}

func TestNothingAllocates(t *testing.T) {
	b := make([]byte, 172)
	rtp.Header{}.Put(b)
	var r rtp.Reception
	if n := testing.AllocsPerRun(100, func() {
		p, _ := rtp.Parse(b)
		r.Add(p.Header, 0)
	}); n != 0 {
		t.Fatalf("%v allocations a packet", n)
	}
}
