package registrar

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/timbre-pbx/timbre/pbx/event"
	"github.com/timbre-pbx/timbre/pbx/sip/message"
	"github.com/timbre-pbx/timbre/pbx/sip/transport"
)

var (
	t0   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	flow = transport.Flow{Proto: transport.UDP, Remote: netip.MustParseAddrPort("192.0.2.7:5062")}
	aor  = AOR{Name: "100", MaxContacts: 2}
)

// register is a REGISTER of Call-ID a with these header lines.
func register(t *testing.T, cseq string, lines ...string) Request {
	t.Helper()
	msg, fault := message.Parse([]byte("REGISTER sip:pbx SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\n" +
		"From: <sip:100@pbx>;tag=1\r\nTo: <sip:100@pbx>\r\nCall-ID: a\r\nCSeq: " + cseq + " REGISTER\r\n" +
		strings.Join(append(lines, "Content-Length: 0"), "\r\n") + "\r\n\r\n"))
	if fault != nil {
		t.Fatal(fault)
	}
	return RequestFrom(msg.(*sip.Request), flow)
}

type recorder struct {
	mu     sync.Mutex
	events []event.Contact
	saves  [][]Binding
	loaded []Binding
	err    error
}

func (r *recorder) Publish(ev event.Event) { r.events = append(r.events, ev.(event.Contact)) }
func (r *recorder) Save(b []Binding) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saves = append(r.saves, b)
	return r.err
}
func (r *recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}
func (r *recorder) saved() [][]Binding {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.saves
}
func (r *recorder) Load() ([]Binding, error) { return r.loaded, nil }

func newRegistrar() (*Registrar, *recorder) {
	rec := &recorder{}
	return New(Config{Publish: rec, Now: func() time.Time { return t0 }}), rec
}

func TestRegister(t *testing.T) {
	first := []string{"Contact: <sip:100@192.0.2.7:5062>;q=0.5"}
	tests := []struct {
		name  string
		aor   AOR
		lines []string
		cseq  string
		want  int
		left  int
		gone  int
	}{
		{name: "a query lists", cseq: "2", want: 200, left: 1},
		{name: "a second contact", cseq: "2", lines: []string{"Contact: <sip:100@192.0.2.8>"}, want: 200, left: 2},
		{name: "two more than fit", cseq: "2", lines: []string{"Contact: <sip:100@192.0.2.8>, <sip:100@192.0.2.9>"}, want: 403, left: 1},
		{name: "two more and the old one goes", aor: AOR{Name: "100", MaxContacts: 2, RemoveExisting: true}, cseq: "2",
			lines: []string{"Contact: <sip:100@192.0.2.8>, <sip:100@192.0.2.9>"}, want: 200, left: 2, gone: 1},
		{name: "a refresh", cseq: "2", lines: first, want: 200, left: 1},
		{name: "the same CSeq again", cseq: "1", lines: first, want: 500, left: 1},
		{name: "unregister by parameter", cseq: "2", lines: []string{"Contact: <sip:100@192.0.2.7:5062>;expires=0"}, want: 200, gone: 1},
		{name: "unregister by header", cseq: "2", lines: append([]string{"Expires: 0"}, first...), want: 200, gone: 1},
		{name: "unregister all", cseq: "2", lines: []string{"Contact: *", "Expires: 0"}, want: 200, gone: 1},
		{name: "unregister all, too late", cseq: "1", lines: []string{"Contact: *", "Expires: 0"}, want: 500, left: 1},
		{name: "wildcard without Expires 0", cseq: "2", lines: []string{"Contact: *"}, want: 400, left: 1},
		{name: "wildcard beside another", cseq: "2", lines: append([]string{"Contact: *", "Expires: 0"}, first...), want: 400, left: 1},
		{name: "too brief", cseq: "2", lines: append([]string{"Expires: 59"}, first...), want: 423, left: 1},
		{name: "a loopback contact", cseq: "2", lines: []string{"Contact: <sip:100@127.0.0.1>"}, want: 403, left: 1},
		{name: "a mapped loopback contact", cseq: "2", lines: []string{"Contact: <sip:100@[::ffff:127.0.0.1]>"}, want: 403, left: 1},
		{name: "a multicast contact", cseq: "2", lines: []string{"Contact: <sip:100@224.0.1.75>"}, want: 403, left: 1},
		{name: "a contact of another scheme", cseq: "2", lines: []string{"Contact: <mailto:a@b>"}, want: 400, left: 1},
		{name: "an endpoint that takes none", aor: AOR{Name: "100"}, cseq: "2", lines: []string{"Contact: <sip:100@192.0.2.9>"}, want: 403, left: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, rec := newRegistrar()
			if _, a := r.Register(t0, aor, register(t, "1", first...)); a.Status != 200 {
				t.Fatal(a)
			}
			rec.events = nil
			if tt.aor.Name == "" {
				tt.aor = aor
			}
			_, a := r.Register(t0, tt.aor, register(t, tt.cseq, tt.lines...))
			if a.Status != tt.want {
				t.Errorf("answer %v, want %d", a, tt.want)
			}
			if (a.MinExpires == time.Minute) != (tt.want == 423) {
				t.Errorf("Min-Expires %v", a.MinExpires)
			}
			if got := r.Lookup("100", t0); len(got) != tt.left {
				t.Errorf("%d bindings left, want %d", len(got), tt.left)
			}
			gone := 0
			for _, ev := range rec.events {
				if ev.Gone {
					gone++
				}
			}
			if gone != tt.gone {
				t.Errorf("%d went, want %d: %v", gone, tt.gone, rec.events)
			}
		})
	}
}

func TestLookupPutsTheBestFirstAndKeepsPathAndFlow(t *testing.T) {
	r, _ := newRegistrar()
	a := AOR{Name: "100", MaxContacts: 5, RewriteContact: true}
	r.Register(t0, a, register(t, "1", "Path: <sip:p1;lr>, <sip:p2;lr>",
		"Contact: <sip:100@10.0.0.1;transport=udp>;q=0.2;expires=99999, <sip:100@10.0.0.2>;q=0.9"))
	got := r.Lookup("100", t0)
	if len(got) != 2 || got[0].Q != 900 || got[1].Q != 200 {
		t.Fatalf("got %+v", got)
	}
	if got[1].Target != "sip:100@192.0.2.7:5062;transport=udp" || !strings.Contains(got[1].URI, "10.0.0.1") {
		t.Errorf("target %q of %q", got[1].Target, got[1].URI)
	}
	if len(got[0].Path) != 2 || got[0].Path[1] != "<sip:p2;lr>" || got[0].Flow != flow {
		t.Errorf("path %q, flow %+v", got[0].Path, got[0].Flow)
	}
	if got[1].Granted != 2*time.Hour || got[0].Granted != time.Hour {
		t.Errorf("granted %v and %v", got[1].Granted, got[0].Granted)
	}
}

func TestBindingsEnd(t *testing.T) {
	r, rec := newRegistrar()
	r.Register(t0, aor, register(t, "1", "Contact: <sip:100@192.0.2.7>;expires=60"))
	end := t0.Add(time.Minute)
	if got := r.Next(); !got.Equal(end) {
		t.Errorf("next %v", got)
	}
	if len(r.Lookup("100", end)) != 0 {
		t.Error("found after its end")
	}
	r.Expire(end)
	if len(rec.events) != 2 || !rec.events[1].Gone || !r.Next().IsZero() {
		t.Errorf("events %v, next %v", rec.events, r.Next())
	}
}

func TestNewBindingsAreSavedWithinASecondAndRefreshesNever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := &recorder{}
		r := New(Config{Store: rec, Now: time.Now})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _ = r.Run(ctx) })
		step := func(why string, want int, cseq string, lines ...string) {
			t.Helper()
			r.Register(time.Now(), aor, register(t, cseq, lines...))
			time.Sleep(time.Second)
			if n := len(rec.saved()); n != want {
				t.Errorf("%s: %d snapshots, want %d", why, n, want)
			}
		}
		step("a new binding", 1, "1", "Contact: <sip:100@192.0.2.7>")
		step("a refresh", 1, "2", "Contact: <sip:100@192.0.2.7>")
		step("a second contact", 2, "3", "Contact: <sip:100@192.0.2.8>")
		rec.fail(errors.New("disk full"))
		step("unregistered, but the disk is full", 3, "4", "Contact: <sip:100@192.0.2.8>;expires=0")
		time.Sleep(5 * time.Second)
		if got := rec.saved(); len(got) != 4 || len(got[3]) != 1 {
			t.Errorf("tried again: %d snapshots", len(got))
		}
		rec.fail(nil)
		cancel()
		wg.Wait()
		if len(rec.saves) != 5 {
			t.Errorf("%d snapshots after the end, want 5", len(rec.saves))
		}
		again := New(Config{Store: &recorder{loaded: rec.saves[4]}, Now: time.Now})
		if err := again.Load(time.Now()); err != nil || len(again.Lookup("100", time.Now())) != 1 {
			t.Errorf("loaded %v, %v", again.All(time.Now()), err)
		}
	})
}
