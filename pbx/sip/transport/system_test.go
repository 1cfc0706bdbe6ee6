package transport

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/media/netio"
)

func TestTwoLayersTalkOverLoopback(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	open := func(proto Proto) (*Layer, netip.AddrPort, chan Packet) {
		got := make(chan Packet, 10)
		l := New(Config{Net: netio.System{}, Receive: func(p Packet) { got <- p }, Now: time.Now})
		a, err := l.Listen(proto, netip.MustParseAddrPort("127.0.0.1:0"))
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { _ = l.Run(ctx) })
		return l, a, got
	}
	for _, proto := range []Proto{UDP, TCP} {
		a, _, gotA := open(proto)
		b, addrB, gotB := open(proto)
		f, err := a.FlowTo(proto, addrB)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Send(f, []byte("A\r\nl: 2\r\n\r\nhi")); err != nil {
			t.Fatal(err)
		}
		p := <-gotB
		if err := b.Send(p.Flow, []byte("B\r\nl: 2\r\n\r\nho")); err != nil {
			t.Fatal(err)
		}
		if back := <-gotA; string(back.Data) != "B\r\nl: 2\r\n\r\nho" || back.Flow.Remote != addrB {
			t.Errorf("%v: %q on %+v", proto, back.Data, back.Flow)
		}
		b.Unlisten(proto, addrB)
	}
}
