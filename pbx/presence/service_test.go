package presence

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
	"github.com/timbre-pbx/timbre/pbx/store"
	"github.com/timbre-pbx/timbre/pbx/store/mem"
)

const led1 = "CustomPresence:led1"

var dnd = call.Presence{State: call.PresenceDND, Message: " On the phone"}

type box struct {
	*Service
	writer *store.Writer
	events []event.Event
}

func boot(t *testing.T, s store.Store, hasH bool) *box {
	t.Helper()
	b := &box{writer: store.NewWriter(store.WriterConfig{Store: s})}
	b.Service = New(Config{Publish: func(ev event.Event) { b.events = append(b.events, ev) }, Store: s, Writer: b.writer})
	if err := b.Load(func(string) bool { return hasH }); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *box) must(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		err = b.writer.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func snap(id call.ID, state call.ChannelState) call.Snapshot {
	return call.Snapshot{ID: id, Name: "PJSIP/100-0000000" + string(id), State: state, Position: call.Position{Context: "office"}}
}

func TestPresenceIsRepairedOnlyAfterAChannelThatCouldNotRunItsH(t *testing.T) {
	avail := call.Presence{State: call.PresenceAvailable}
	for name, c := range map[string]struct {
		by   call.ID
		end  func(*box)
		hasH bool
		want call.Presence
	}{
		"normal hang-up keeps dnd":        {"1", func(b *box) { b.Observe(event.ChannelHangup{Channel: snap("1", call.ChannelGone)}) }, true, dnd},
		"power cut restores":              {"1", func(*box) {}, true, avail},
		"power cut without h keeps":       {"1", func(*box) {}, false, dnd},
		"a lost channel restores":         {"1", func(b *box) { b.Lost("1") }, true, avail},
		"the page's dnd is not repaired":  {"", func(*box) {}, true, dnd},
		"another channel's end is no end": {"1", func(b *box) { b.Observe(event.ChannelHangup{Channel: snap("2", call.ChannelGone)}) }, true, avail},
	} {
		t.Run(name, func(t *testing.T) {
			s := mem.New()
			b := boot(t, s, true)
			b.Observe(event.ChannelCreated{Channel: snap("1", call.ChannelRing)})
			b.must(t, b.Set(led1, avail, ""))
			b.must(t, b.Set(led1, dnd, c.by))
			c.end(b)
			b.must(t, nil)
			b = boot(t, s, c.hasH)
			b.must(t, nil)
			if got := b.Get(led1); got != c.want {
				t.Errorf("after the start %+v, want %+v", got, c.want)
			}
			if again := boot(t, s, true).Get(led1); again != c.want {
				t.Errorf("after a second start %+v, want %+v", again, c.want)
			}
		})
	}
}

func TestTwoChannelsOnOneProviderAreUnwoundInOrder(t *testing.T) {
	value := func(s call.PresenceState) call.Presence { return call.Presence{State: s} }
	p := provider{value: value(call.PresenceAvailable)}.set(value(call.PresenceAway), "a", "").set(value(call.PresenceDND), "b", "")
	for name, c := range map[string]struct {
		p    provider
		want call.PresenceState
	}{
		"both lost":              {p.lost("a").lost("b"), call.PresenceAvailable},
		"power cut":              {p.recovered(func(string) bool { return true }), call.PresenceAvailable},
		"the last lost":          {p.lost("b"), call.PresenceAway},
		"the first lost":         {p.lost("a"), call.PresenceDND},
		"first ended, last lost": {p.ended("a").lost("b"), call.PresenceAway},
		"last ended, first lost": {p.ended("b").lost("a"), call.PresenceDND},
		"the first sets again":   {p.set(value(call.PresenceXA), "a", "").lost("b"), call.PresenceXA},
	} {
		if c.p.value.State != c.want {
			t.Errorf("%s: %v, want %v", name, c.p.value.State, c.want)
		}
	}
}

func TestADeviceFollowsItsContactsAndChannels(t *testing.T) {
	b := boot(t, mem.New(), true)
	b.Configure([]Device{{Name: "PJSIP/100", AORs: []string{"100"}, BusyAt: 2}}, nil)
	step := func(what string, ev event.Event, want call.DeviceState) {
		t.Helper()
		b.Observe(ev)
		if got := b.Device("PJSIP/100"); got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	step("nothing", event.Reloaded{}, call.DeviceUnavailable)
	step("registered", event.Contact{AOR: "100", URI: "sip:a"}, call.DeviceNotInUse)
	step("called", event.ChannelCreated{Channel: snap("1", call.ChannelDown)}, call.DeviceNotInUse)
	step("rings", event.ChannelState{Channel: snap("1", call.ChannelRinging)}, call.DeviceRinging)
	step("answered", event.ChannelState{Channel: snap("1", call.ChannelUp)}, call.DeviceInUse)
	b.Hold("1", true)
	step("held", event.Reloaded{}, call.DeviceOnHold)
	step("second rings", event.ChannelCreated{Channel: snap("2", call.ChannelRinging)}, call.DeviceRingInUse)
	step("second up", event.ChannelState{Channel: snap("2", call.ChannelUp)}, call.DeviceBusy)
	step("first gone", event.ChannelHangup{Channel: snap("1", call.ChannelGone)}, call.DeviceInUse)
	step("all gone", event.ChannelHangup{Channel: snap("2", call.ChannelGone)}, call.DeviceNotInUse)
	step("unregistered", event.Contact{AOR: "100", URI: "sip:a", Gone: true}, call.DeviceUnavailable)
	if got := b.Device("PJSIP/none"); got != call.DeviceInvalid {
		t.Errorf("unknown device: %v", got)
	}
}

func TestWatchersHearOfChangesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := mem.New()
		first := boot(t, s, true)
		first.must(t, first.Set(led1, dnd, ""))
		b := boot(t, s, true)
		hint := Hint{Context: "office", Exten: "1234", Devices: []string{"Custom:lamp1"}, Presence: []string{led1}}
		b.Configure(nil, []Hint{hint})
		var seen []State
		cancel := b.Watch("office", "1234", func(st State) { seen = append(seen, st) })
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go func() { _ = b.Run(ctx) }()
		do := func(err error) {
			b.must(t, err)
			synctest.Wait()
		}
		do(b.SetDevice("Custom:lamp1", call.DeviceInUse))
		do(b.SetDevice("Custom:lamp1", call.DeviceInUse))
		do(b.Set(led1, dnd, ""))
		do(b.Set(led1, call.Presence{State: call.PresenceAvailable}, ""))
		b.Configure(nil, nil)
		synctest.Wait()
		cancel()
		do(b.SetDevice("Custom:lamp1", call.DeviceBusy))
		want := []State{{Device: call.DeviceInUse, Presence: dnd},
			{Device: call.DeviceInUse, Presence: call.Presence{State: call.PresenceAvailable}}, {Gone: true}}
		if !slices.Equal(seen, want) {
			t.Errorf("watcher saw %+v", seen)
		}
		if len(b.events) != 4 || !slices.Contains(b.events, event.Event(event.Presence{Provider: led1, Presence: dnd})) {
			t.Errorf("published %+v", b.events)
		}
	})
}

func TestHintsAreReadInBothForms(t *testing.T) {
	for data, want := range map[string]struct {
		dev, pres []string
		misplaced bool
	}{
		",CustomPresence:led1":                       {nil, []string{led1}, false},
		" CustomPresence:led1":                       {nil, []string{led1}, true},
		"PJSIP/300&Custom:lamp1,CustomPresence:led1": {[]string{"PJSIP/300", "Custom:lamp1"}, []string{led1}, false},
		"PJSIP/300": {[]string{"PJSIP/300"}, nil, false},
		"":          {},
	} {
		dev, pres, misplaced := ParseHint(data)
		if !slices.Equal(dev, want.dev) || !slices.Equal(pres, want.pres) || misplaced != want.misplaced {
			t.Errorf("%q: %q %q %v", data, dev, pres, misplaced)
		}
	}
}

func TestStoredValuesKeepTheirText(t *testing.T) {
	for _, p := range []call.Presence{dnd, {State: call.PresenceXA, Subtype: "a,b", Message: "x, y"}, {State: call.PresenceChat}} {
		if got, err := ParseValue(FormatValue(p)); err != nil || got != p {
			t.Errorf("%+v: %+v, %v", p, got, err)
		}
	}
	if _, err := ParseValue("dnd,%%,x,e"); err == nil {
		t.Error("bad Base64 is taken")
	}
	if _, err := ParseValue("sleeping"); err == nil {
		t.Error("an unknown state is taken")
	}
}
