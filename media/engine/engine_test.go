package engine_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/media/engine"
	"github.com/timbre-pbx/timbre/media/netio"
	"github.com/timbre-pbx/timbre/media/rtp"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// patience bounds a wait for a packet that must come.
const patience = 5 * time.Second

func start(t *testing.T, cfg engine.Config) *engine.Engine {
	t.Helper()
	cfg.Net = netio.System{}
	e, err := engine.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var g errgroup.Group
	g.Go(func() error { return e.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// phone is a far end on the loopback.
type phone struct {
	*net.UDPConn
	t    *testing.T
	addr netip.AddrPort
}

func newPhone(t *testing.T) *phone {
	t.Helper()
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &phone{c, t, c.LocalAddr().(*net.UDPAddr).AddrPort()}
}

func (p *phone) send(to *engine.Port, h rtp.Header, payload string) {
	p.t.Helper()
	b := make([]byte, rtp.HeaderLen, 256)
	h.Put(b)
	if _, err := p.WriteToUDPAddrPort(append(b, payload...), to.Addr()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *phone) receive() rtp.Packet {
	p.t.Helper()
	b := make([]byte, 2048)
	if err := p.SetReadDeadline(time.Now().Add(patience)); err != nil {
		p.t.Fatal(err)
	}
	n, err := p.Read(b)
	if err != nil {
		p.t.Fatal(err)
	}
	q, err := rtp.Parse(b[:n])
	if err != nil {
		p.t.Fatal(err)
	}
	return q
}

func open(t *testing.T, e *engine.Engine, cfg engine.PortConfig) *engine.Port {
	t.Helper()
	cfg.Bind = loopback
	p, err := e.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// plain is a codec for relaying and playing: octets are the low halves of samples.
var plain = &codec.Codec{Name: "plain", Encoding: "PLAIN", ClockRate: 8000, SampleRate: 8000, Channels: 1,
	NewEncoder: func() codec.Encoder { return low{} }, NewDecoder: func() codec.Decoder { return low{} }}

type low struct{}

func (low) Encode(dst []byte, pcm []int16) int {
	for i, v := range pcm {
		dst[i] = byte(v)
	}
	return len(pcm)
}

func (low) Decode(dst []int16, payload []byte) int {
	n := min(len(dst), len(payload))
	for i := range n {
		dst[i] = int16(int8(payload[i]))
	}
	return n
}

func (low) Conceal(dst []int16) { clear(dst) }

func stream(remote netip.AddrPort, c *codec.Codec, pt, event uint8) engine.Stream {
	return engine.Stream{Remote: remote, Codec: c, SendPT: pt, Recv: map[uint8]*codec.Codec{pt: c},
		EventPT: event, Send: true, Receive: true}
}

type call struct {
	e    *engine.Engine
	a, b *phone
	p, q *engine.Port
}

func newCall(t *testing.T, cfg engine.PortConfig) *call {
	t.Helper()
	c := &call{e: start(t, engine.Config{Shards: 2}), a: newPhone(t), b: newPhone(t)}
	c.p = open(t, c.e, cfg)
	c.q = open(t, c.e, engine.PortConfig{Near: c.p})
	must(t, c.p.Configure(stream(c.a.addr, plain, 8, 101)))
	must(t, c.q.Configure(stream(c.b.addr, plain, 96, 97)))
	must(t, c.e.Join(c.p, c.q))
	c.p.Stats()
	return c
}

// configure waits until the shard has obeyed.
func configure(t *testing.T, p *engine.Port, st engine.Stream) {
	t.Helper()
	must(t, p.Configure(st))
	p.Stats()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRelayMapsPayloadTypeAndKeepsItsOwnStream(t *testing.T) {
	c := newCall(t, engine.PortConfig{})
	var last rtp.Packet
	ssrc := uint32(7)
	for i := range 20 {
		if i == 10 { // the far end starts anew, as its signalling says
			ssrc = 9
			configure(t, c.p, stream(c.a.addr, plain, 8, 101))
		}
		c.a.send(c.p, rtp.Header{PayloadType: 8, Sequence: uint16(i), Timestamp: uint32(i) * 160, SSRC: ssrc}, "hello")
		got := c.b.receive()
		if got.PayloadType != 96 || string(got.Payload) != "hello" {
			t.Fatalf("%+v", got)
		}
		if i > 0 && (got.SSRC != last.SSRC || got.Sequence != last.Sequence+1 || int32(got.Timestamp-last.Timestamp) <= 0) {
			t.Fatalf("%+v after %+v", got.Header, last.Header)
		}
		last = got
	}
	if st := c.p.Stats(); st.Received.Packets != 20 || st.Received.Octets != 100 || st.Dropped != (engine.Drops{}) {
		t.Fatalf("%+v", st)
	}
	if st := c.q.Stats(); st.Sent.Packets != 20 {
		t.Fatalf("%+v", st)
	}
}

func TestReconfigureLosesNoPacket(t *testing.T) {
	c := newCall(t, engine.PortConfig{})
	for i := range 200 {
		c.a.send(c.p, rtp.Header{PayloadType: 8, Sequence: uint16(i), SSRC: 7}, "x")
		must(t, c.p.Configure(stream(c.a.addr, plain, 8, 101)))
		must(t, c.q.Configure(stream(c.b.addr, plain, 96, 97)))
		c.b.receive()
	}
}

func TestDigitPassesAndIsTold(t *testing.T) {
	told := make(chan byte, 8)
	c := newCall(t, engine.PortConfig{OnDigit: func(d byte, _ time.Duration) { told <- d }})
	for i := range 3 {
		c.a.send(c.p, rtp.Header{PayloadType: 101, Sequence: uint16(i), Timestamp: 5, SSRC: 7}, "\x05\x8a\x03\x20")
		if got := c.b.receive(); got.PayloadType != 97 || string(got.Payload) != "\x05\x8a\x03\x20" {
			t.Fatalf("%+v", got)
		}
	}
	if d := <-told; d != '5' || len(told) != 0 {
		t.Fatalf("told %c and %d more", d, len(told))
	}
}

func TestNothingIsRelayedFromAStrangerAfterTheLock(t *testing.T) {
	c := newCall(t, engine.PortConfig{})
	st := stream(c.a.addr, plain, 8, 0)
	st.Learn = true
	configure(t, c.p, st)
	c.a.send(c.p, rtp.Header{PayloadType: 8, SSRC: 7}, "friend")
	c.b.receive()
	enemy := newPhone(t)
	for i := range 50 {
		enemy.send(c.p, rtp.Header{PayloadType: 8, Sequence: uint16(i), SSRC: 7}, "enemy")
	}
	c.a.send(c.p, rtp.Header{PayloadType: 8, Sequence: 1, SSRC: 8}, "enemy") // forged address, not the SSRC
	c.a.send(c.p, rtp.Header{PayloadType: 8, Sequence: 1, SSRC: 7}, "friend")
	if got := c.b.receive(); string(got.Payload) != "friend" {
		t.Fatalf("%q was relayed", got.Payload)
	}
	if st := c.p.Stats(); st.Dropped.Source != 51 {
		t.Fatalf("%+v", st.Dropped)
	}
}

func TestPortsRunOutAndRest(t *testing.T) {
	e := start(t, engine.Config{Shards: 1, Ports: freeRange(t), Quarantine: time.Hour})
	p := open(t, e, engine.PortConfig{})
	if p.Addr().Port()%2 != 0 {
		t.Fatalf("odd port %v", p.Addr())
	}
	for range 2 { // in use, then in quarantine
		if _, err := e.Open(engine.PortConfig{Bind: loopback}); err != engine.ErrNoPorts {
			t.Fatalf("got %v", err)
		}
		p.Close()
	}
}

// freeRange is one pair that the system says is free.
func freeRange(t *testing.T) engine.Range {
	e := start(t, engine.Config{Shards: 1})
	p := open(t, e, engine.PortConfig{})
	port := p.Addr().Port()
	p.Close()
	p.Stats()
	return engine.Range{Low: port, High: port + 1}
}
