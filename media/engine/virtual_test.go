package engine_test

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/timbre-pbx/timbre/media/engine"
	"github.com/timbre-pbx/timbre/media/netio"
	"github.com/timbre-pbx/timbre/media/rtp"
)

func TestSilenceIsToldOnceAndReportsAreSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box, far := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		v := netio.NewVirtual(1)
		e, err := engine.New(engine.Config{Net: v.Host(box), Shards: 1, Ports: engine.Range{Low: 10000, High: 10099}})
		must(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var g errgroup.Group
		g.Go(func() error { return e.Run(ctx) })
		control, err := v.Host(far).ListenPacket(netip.AddrPortFrom(far, 4001))
		must(t, err)
		told := 0
		p, err := e.Open(engine.PortConfig{Bind: box, Timeout: 30 * time.Second, OnTimeout: func() { told++ }})
		must(t, err)
		must(t, p.Configure(stream(netip.AddrPortFrom(far, 4000), plain, 8, 0)))
		p.Play(&tone{rate: 8000, left: 1 << 20}, nil)
		b := make([]byte, 1500)
		n, from, err := control.ReadFrom(b)
		must(t, err)
		var c rtp.Compound
		must(t, rtp.ParseControl(b[:n], &c))
		if !c.HasSender || c.Sender.Packets == 0 || from.Port() != p.Addr().Port()+1 {
			t.Errorf("%v sent %+v", from, c.Sender)
		}
		time.Sleep(100 * time.Millisecond)
		answer := rtp.Compound{SSRC: 7, N: 1}
		answer.Blocks[0] = rtp.Block{SSRC: c.SSRC, Lost: 3, LSR: rtp.MiddleNTP(c.Sender.NTP)}
		must(t, control.WriteTo(rtp.AppendControl(nil, &answer), from))
		time.Sleep(2 * time.Minute)
		if st := p.Stats(); st.RTT < 90*time.Millisecond || st.RTT > 110*time.Millisecond || st.Sent.Lost != 3 || told != 1 {
			t.Errorf("%+v, silence told %d times", st, told)
		}
		cancel()
		must(t, g.Wait())
		must(t, control.Close())
	})
}
