package funcs

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/channel"
	"github.com/timbre-pbx/timbre/pbx/channel/channeltest"
	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

// world is the rest of the box, kept in maps.
type world struct {
	presence map[string]call.Presence
	devices  map[string]call.DeviceState
	db       map[string]string
}

func (w *world) Presence(p string) call.Presence { return w.presence[p] }
func (w *world) SetPresence(p string, v call.Presence, _ call.ID) error {
	w.presence[p] = v
	return nil
}
func (w *world) DeviceState(n string) call.DeviceState { return w.devices[n] }
func (w *world) SetDeviceState(n string, s call.DeviceState) error {
	w.devices[n] = s
	return nil
}
func (w *world) ExtensionState(exten, context string) call.DeviceState {
	return w.devices[exten+"@"+context]
}
func (w *world) Get(f, k string) (string, bool, error) { v, ok := w.db[f+"/"+k]; return v, ok, nil }
func (w *world) Put(f, k, v string) error              { w.db[f+"/"+k] = v; return nil }
func (w *world) Delete(f, k string) error              { delete(w.db, f+"/"+k); return nil }

func newCall(t *testing.T) (*dialplan.Call, *world) {
	w := &world{map[string]call.Presence{}, map[string]call.DeviceState{}, map[string]string{}}
	ch, _ := channeltest.New(t.Context(), channeltest.Script{Config: channel.Config{
		Name: "PJSIP/100-00000001", Endpoint: "100", Dialed: "200", Context: "c", Caller: call.CallerID{Name: "Ana", Number: "100"},
	}})
	plan, _ := dialplan.Compile(nil)
	return &dialplan.Call{
		Channel: ch, Plan: plan, Registry: dialplan.NewRegistry(nil, All(Deps{w, w, w, w})),
		Globals: dialplan.NewGlobals(plan), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Unix(1, 0) },
	}, w
}

func TestFunctionsReadWhatWasWritten(t *testing.T) {
	c, w := newCall(t)
	w.devices["200@c"] = call.DeviceRinging
	for _, set := range []string{
		"PRESENCE_STATE(CustomPresence:led1)=DND,, On the phone", "PRESENCE_STATE(CustomPresence:b)=away,c3Vi,bXNn,e",
		"DEVICE_STATE(Custom:lamp)=BUSY", "DB(a/b)=x", "CHANNEL(language)=es", "CHANNEL(namedcallgroup)=sales",
		"CALLERID(name)=Eva", "GLOBAL(G)=g",
	} {
		name, value, _ := strings.Cut(set, "=")
		if err := c.Assign(name, value); err != nil {
			t.Errorf("%s: %v", set, err)
		}
	}
	for text, want := range map[string]string{
		"${PRESENCE_STATE(CustomPresence:led1,value)}":                    "dnd",
		"[${PRESENCE_STATE(CustomPresence:led1,message)}]":                "[ On the phone]",
		"${PRESENCE_STATE(CustomPresence:b,subtype)}":                     "sub",
		"${PRESENCE_STATE(CustomPresence:b,message,e)}":                   "bXNn",
		"${PRESENCE_STATE(CustomPresence:b&CustomPresence:led1,value)}":   "dnd",
		"${DEVICE_STATE(Custom:lamp)} ${EXTENSION_STATE(200@c)}":          "BUSY RINGING",
		"${DB(a/b)} ${DB_RESULT} ${DB_EXISTS(a/b)} ${DB_EXISTS(a/c)}":     "x x 1 0",
		"${CHANNEL(language)} ${CHANNEL(namedcallgroup)}":                 "es sales",
		"${CHANNEL(peername)} ${CHANNEL(state)} ${CHANNEL(channeltype)}":  "100 Ring PJSIP",
		"${CALLERID(all)} ${CALLERID(num):-2} ${CALLERID(dnid)}":          `"Eva" <100> 00 200`,
		"${LEN(abc)} ${IF($[1=1]?yes:no)} ${ISNULL()} ${EXISTS(a)} ${G}":  "3 yes 1 1 g",
		"${NOSUCH(1)}${PRESENCE_STATE(CustomPresence:led1,what)}${DB(x)}": "",
	} {
		if got := c.Substitute(text); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

func TestWhatMayNotBeWrittenIsRefused(t *testing.T) {
	c, w := newCall(t)
	for _, set := range []string{
		"PRESENCE_STATE(PJSIP/100)=dnd,,", "PRESENCE_STATE(CustomPresence:a)=asleep", "PRESENCE_STATE(CustomPresence:a)=dnd,%%,x,e",
		"DEVICE_STATE(PJSIP/100)=BUSY", "DEVICE_STATE(Custom:a)=what", "DB(a)=x", "CHANNEL(state)=Up", "CALLERID(dnid)=1", "LEN(a)=2", "NOPE(a)=1",
	} {
		name, value, _ := strings.Cut(set, "=")
		if err := c.Assign(name, value); err == nil {
			t.Errorf("%s was accepted", set)
		}
	}
	if len(w.presence)+len(w.devices)+len(w.db) > 0 {
		t.Errorf("something was stored: %+v", w)
	}
}
