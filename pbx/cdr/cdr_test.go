package cdr

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
	"github.com/timbre-pbx/timbre/pbx/store"
	"github.com/timbre-pbx/timbre/pbx/store/mem"
)

var t0 = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func boot(t *testing.T, s store.Store, keep uint64) *Recorder {
	t.Helper()
	r := New(Config{Store: s, Writer: store.NewWriter(store.WriterConfig{Store: s}), Keep: keep})
	return r
}

func caller(id call.ID) call.Snapshot {
	return call.Snapshot{ID: id, LinkedID: id, Name: "PJSIP/100-" + string(id), Caller: call.CallerID{Name: "Ana", Number: "100"},
		Dialed: "101", Position: call.Position{Context: "office", Exten: "101", Priority: 1}, Account: "acc", Created: t0}
}

var callee = call.Snapshot{ID: "9", LinkedID: "1", Name: "PJSIP/101-9", Outbound: true, Account: "peer", Created: t0}

// play runs one call that ends after 30 s, answered after 10 s when answered is set.
func play(r *Recorder, id call.ID, status string, answered bool, cause call.Cause) {
	c := caller(id)
	r.Observe(event.ChannelCreated{Channel: c})
	app := c
	app.App, app.AppData = "Dial", "PJSIP/101,30"
	r.Observe(event.ChannelApp{Channel: app})
	if status != "" {
		r.Observe(event.ChannelCreated{Channel: callee})
		r.Observe(event.DialBegin{Caller: c, Callee: callee})
	}
	if answered {
		c.Answered = t0.Add(10 * time.Second)
		r.Observe(event.ChannelState{Channel: c})
	}
	if status != "" {
		r.Observe(event.DialEnd{Caller: c, Status: status})
		r.Observe(event.ChannelHangup{Channel: callee})
	}
	c.Position.Exten, c.App, c.AppData = "h", "Set", "x=1"
	r.Observe(event.ChannelApp{Channel: c})
	c.Ended, c.Cause = t0.Add(30*time.Second), cause
	r.Observe(event.ChannelHangup{Channel: c})
}

func TestEveryOutcomeHasItsDisposition(t *testing.T) {
	for _, c := range []struct {
		status   string
		answered bool
		cause    call.Cause
		want     Disposition
		billsec  int
	}{
		{"ANSWER", true, call.CauseNormal, Answered, 20},
		{"", true, call.CauseNormal, Answered, 20},
		{"BUSY", true, call.CauseBusy, Answered, 20},
		{"BUSY", false, call.CauseBusy, Busy, 0},
		{"NOANSWER", false, call.CauseNormal, NoAnswer, 0},
		{"CANCEL", false, call.CauseNormal, NoAnswer, 0},
		{"CONGESTION", false, call.CauseCongestion, Congestion, 0},
		{"CHANUNAVAIL", false, call.CauseAbsent, Failed, 0},
		{"", false, call.CauseBusy, Busy, 0},
		{"", false, call.CauseUnallocated, Failed, 0},
		{"", false, call.CauseNormal, NoAnswer, 0},
	} {
		r := boot(t, mem.New(), 0)
		play(r, "1", c.status, c.answered, c.cause)
		got, err := r.List(Filter{}, 0)
		if err != nil || len(got) != 1 {
			t.Fatalf("%+v: %d records, %v", c, len(got), err)
		}
		if got[0].Disposition != c.want || got[0].BillSec() != c.billsec || got[0].Duration() != 30 || got[0].LastApp != "Dial" {
			t.Errorf("%+v: %+v", c, got[0])
		}
	}
}

func TestCSVHasAsterisksOrderAndOneLineForEachRecord(t *testing.T) {
	r := boot(t, mem.New(), 0)
	play(r, "1", "ANSWER", true, call.CauseNormal)
	got, err := r.List(Filter{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	odd := Record{CLID: "\"=1+1\"\r\n<1>", Disposition: Failed, Start: t0, End: t0, PowerLost: true}
	var b strings.Builder
	if err := WriteCSV(&b, append(got, odd), time.UTC); err != nil {
		t.Fatal(err)
	}
	want := `"acc","100","101","office","""Ana"" <100>","PJSIP/100-1","PJSIP/101-9","Dial","PJSIP/101,30",` +
		`"2026-03-01 10:00:00","2026-03-01 10:00:10","2026-03-01 10:00:30",30,20,"ANSWERED","DOCUMENTATION","1","","peer","1",1,0` + "\n" +
		`"","","","","""=1+1""\r\n<1>","","","","","2026-03-01 10:00:00",,"2026-03-01 10:00:00",0,0,"FAILED","DOCUMENTATION","","","","",0,1` + "\n"
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", b.String(), want)
	}
}

func TestAPowerCutLeavesOneRecordForEachCallInProgress(t *testing.T) {
	s := mem.New()
	r := boot(t, s, 0)
	play(r, "1", "ANSWER", true, call.CauseNormal)
	c := caller("2")
	r.Observe(event.ChannelCreated{Channel: c})
	c.Answered = t0.Add(5 * time.Second)
	r.Observe(event.ChannelState{Channel: c})
	r.Touch(t0.Add(time.Minute))
	r.Observe(event.ChannelCreated{Channel: caller("3")})
	if err := r.cfg.Writer.Flush(); err != nil {
		t.Fatal(err)
	}
	for boots, lost := range []int{2, 0} {
		r = boot(t, s, 0)
		if n, err := r.Recover(t0.Add(time.Hour)); err != nil || n != lost {
			t.Errorf("start %d: %d recovered, %v", boots, n, err)
		}
	}
	play(r, "4", "ANSWER", true, call.CauseNormal)
	got, err := r.List(Filter{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var line []string
	for _, x := range got {
		line = append(line, fmt.Sprint(x.UniqueID, " ", x.Sequence, " ", x.Disposition, " ", x.BillSec(), " ", x.PowerLost))
	}
	want := "4 4 ANSWERED 20 false|3 3 NO ANSWER 0 true|2 2 ANSWERED 55 true|1 1 ANSWERED 20 false"
	if s := strings.Join(line, "|"); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
}

func TestListFiltersPagesAndForgetsTheOldest(t *testing.T) {
	r := boot(t, mem.New(), 300)
	for i := range 400 {
		status := "BUSY"
		if i%2 == 0 {
			status = "NOANSWER"
		}
		play(r, call.ID(fmt.Sprint(i)), status, false, 0)
	}
	for want, f := range map[int]Filter{
		300: {}, 150: {Disposition: Busy}, 0: {Number: "555"}, 99: {Before: 200},
	} {
		if got, err := r.List(f, 0); err != nil || len(got) != want {
			t.Errorf("%+v: %d records, want %d, %v", f, len(got), want, err)
		}
	}
	if got, err := r.List(Filter{Until: t0}, 5); err != nil || len(got) != 0 {
		t.Errorf("before the first: %d, %v", len(got), err)
	}
	if got, err := r.List(Filter{Since: t0, Number: "10"}, 2); err != nil || len(got) != 2 || got[0].Sequence != 400 {
		t.Errorf("newest two: %+v, %v", got, err)
	}
}
