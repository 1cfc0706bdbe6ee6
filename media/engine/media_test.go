package engine_test

import (
	"math"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/all"
	"github.com/timbre-pbx/timbre/media/engine"
	"github.com/timbre-pbx/timbre/media/rtp"
)

// tone is a sine of 440 Hz that ends after left samples.
type tone struct {
	rate, at, left int
}

func (s *tone) Rate() int { return s.rate }

func (s *tone) Read(dst []int16) (int, error) {
	n := min(len(dst), s.left)
	for i := range n {
		dst[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(s.at+i)/float64(s.rate)))
	}
	s.at, s.left = s.at+n, s.left-n
	if n < len(dst) {
		return n, audio.ErrEnd
	}
	return n, nil
}

// share is the part of the energy of pcm that lies at hz.
func share(pcm []int16, hz, rate float64) float64 {
	var c, s, e float64
	for i, v := range pcm {
		w := 2 * math.Pi * hz * float64(i) / rate
		c, s, e = c+float64(v)*math.Cos(w), s+float64(v)*math.Sin(w), e+float64(v)*float64(v)
	}
	return 2 * (c*c + s*s) / (float64(len(pcm)) * e)
}

func TestTranscodeKeepsTheTone(t *testing.T) {
	set := all.Set()
	for _, in := range []string{"ulaw", "alaw", "g722", "slin16"} {
		for _, out := range []string{"ulaw", "g722", "slin16"} {
			if in != out {
				t.Run(in+" to "+out, func(t *testing.T) { transcode(t, set.ByName(in), set.ByName(out)) })
			}
		}
	}
}

func transcode(t *testing.T, in, out *codec.Codec) {
	c := newCall(t, engine.PortConfig{})
	configure(t, c.p, stream(c.a.addr, in, 100, 0))
	configure(t, c.q, stream(c.b.addr, out, 110, 0))
	src, enc, dec := &tone{rate: in.SampleRate, left: 1 << 20}, in.NewEncoder(), out.NewDecoder()
	pcm, payload := make([]int16, audio.FrameSamples(in.SampleRate)), make([]byte, 1500)
	for i := range 15 {
		if _, err := src.Read(pcm); err != nil {
			t.Fatal(err)
		}
		n := enc.Encode(payload, pcm)
		c.a.send(c.p, rtp.Header{PayloadType: 100, Sequence: uint16(i), Timestamp: uint32(i * in.ClockRate / 50), SSRC: 7}, string(payload[:n]))
	}
	var heard []int16
	var last rtp.Packet
	for i := range 12 {
		p := c.b.receive()
		if i > 0 && (p.Sequence != last.Sequence+1 || p.Timestamp != last.Timestamp+uint32(out.ClockRate/50)) {
			t.Fatalf("%+v after %+v", p.Header, last.Header)
		}
		last = p
		frame := make([]int16, audio.FrameSamples(out.SampleRate))
		heard = append(heard, frame[:dec.Decode(frame, p.Payload)]...)
	}
	if got := share(heard[len(heard)/4:], 440, float64(out.SampleRate)); got < 0.9 {
		t.Fatalf("%.2f of the energy is at 440 Hz", got)
	}
}

func TestPlaybackIsPacedAndTellsItsEnd(t *testing.T) {
	c := newCall(t, engine.PortConfig{})
	ended := make(chan struct{})
	c.q.Play(&tone{rate: 8000, left: 5 * 160}, func() { close(ended) })
	var last rtp.Packet
	for i := range 5 {
		p := c.b.receive()
		if p.Marker != (i == 0) || len(p.Payload) != 160 || i > 0 && (p.Timestamp != last.Timestamp+160 || p.Sequence != last.Sequence+1) {
			t.Fatalf("packet %d: %+v after %+v", i, p.Header, last.Header)
		}
		last = p
	}
	<-ended
}

func TestPlayIsDoneOnceHoweverItEnds(t *testing.T) {
	c := newCall(t, engine.PortConfig{})
	var done atomic.Int32
	tell := func() { done.Add(1) }
	c.q.Play(&tone{rate: 8000, left: 1 << 20}, tell)
	c.q.Play(&tone{rate: 8000, left: 1 << 20}, tell)
	c.q.StopPlay()
	c.q.Play(&tone{rate: 8000, left: 1 << 20}, tell)
	c.q.Close()
	c.q.Play(&tone{rate: 8000, left: 1 << 20}, tell)
	c.q.Stats()
	if n := done.Load(); n != 4 {
		t.Fatalf("told %d times of 4", n)
	}
}

func TestEchoSendsBack(t *testing.T) {
	c := newCall(t, engine.PortConfig{})
	c.p.Echo(true)
	c.p.Stats()
	c.a.send(c.p, rtp.Header{PayloadType: 8, Sequence: 1, SSRC: 7}, "hi")
	if p := c.a.receive(); string(p.Payload) != "hi" || p.SSRC == 7 {
		t.Fatalf("%+v", p)
	}
}

func TestDigitsAreSentInTurnWithThreeEndsEach(t *testing.T) {
	c := newCall(t, engine.PortConfig{})
	must(t, c.q.SendDigit('#', 60*time.Millisecond))
	must(t, c.q.SendDigit('#', 60*time.Millisecond))
	var r rtp.EventReader
	got := []rtp.Digit(nil)
	for range 10 {
		p := c.b.receive()
		out, n := r.Push(time.Unix(0, 0), p.Header, p.Payload)
		if got = append(got, out[:n]...); p.PayloadType != 97 {
			t.Fatalf("%+v", p.Header)
		}
	}
	want := rtp.Digit{Key: '#', Length: 60 * time.Millisecond}
	if len(got) != 2 || got[0] != want || got[1] != want {
		t.Fatalf("%v", got)
	}
}

// census counts goroutines and threads.
func census(t *testing.T) (goroutines, threads int) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal("threads cannot be counted: ", err)
	}
	return runtime.NumGoroutine(), len(tasks)
}

func TestPortsCostNoGoroutineAndNoThread(t *testing.T) {
	e := start(t, engine.Config{Shards: 2})
	pair := func() {
		a := open(t, e, engine.PortConfig{})
		b := open(t, e, engine.PortConfig{Near: a})
		must(t, e.Join(a, b))
		b.Play(&tone{rate: 8000, left: 1 << 20}, nil)
		b.Stats()
	}
	pair()
	g, n := census(t)
	for range 50 {
		pair()
	}
	if g2, n2 := census(t); g2 > g || n2 > n+3 { // the runtime may start a thread or two of its own
		t.Fatalf("%d goroutines and %d threads became %d and %d", g, n, g2, n2)
	}
}
