package cdr

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
	"github.com/timbre-pbx/timbre/pbx/store"
)

const (
	bucket  = "cdr"      // sequence, 16 hex digits → Record as JSON
	journal = "cdr_live" // channel ID → Record as JSON, of calls in progress
)

// Config holds what the recorder needs.
type Config struct {
	Store  store.Store
	Writer *store.Writer // takes every change
	Keep   uint64        // records kept, 0: 50,000
	Log    *slog.Logger  // nil: silent
}

// Recorder makes records of events. It is a monitor.
type Recorder struct {
	cfg Config

	mu   sync.Mutex
	next uint64
	live map[call.ID]*Record
}

// New returns a recorder; Recover comes before the first event.
func New(cfg Config) *Recorder {
	if cfg.Keep == 0 {
		cfg.Keep = 50_000
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Recorder{cfg: cfg, next: 1, live: make(map[call.ID]*Record)}
}

func recordKey(seq uint64) string { return fmt.Sprintf("%016x", seq) }

// Recover turns the calls that the last run left in the journal into records
// marked power_lost, each exactly once, and returns how many. Such a call ends
// at the last moment the journal knows of, or at now when the clock went back.
func (r *Recorder) Recover(now time.Time) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, err := r.cfg.Store.List(bucket, store.Query{Reverse: true, Limit: 1})
	if err != nil {
		return 0, err
	}
	for _, e := range last {
		var seq uint64
		if _, err := fmt.Sscanf(e.Key, "%x", &seq); err == nil {
			r.next = max(r.next, seq+1)
		}
	}
	n := 0
	err = store.All(r.cfg.Store, journal, "", func(e store.Entry) error {
		var rec Record
		if err := json.Unmarshal(e.Value, &rec); err != nil {
			r.cfg.Log.Error("a journalled call cannot be read and is dropped", "channel", e.Key, "error", err)
			return r.cfg.Store.Apply(store.Batch{store.Delete(journal, e.Key)})
		}
		rec.PowerLost = true
		if rec.End.After(now) {
			rec.End = now
		}
		raw, err := json.Marshal(rec)
		if err != nil {
			return err
		}
		r.next = max(r.next, rec.Sequence+1)
		n++
		return r.cfg.Store.Apply(store.Batch{store.Put(bucket, recordKey(rec.Sequence), raw), store.Delete(journal, e.Key)})
	})
	return n, err
}

// Observe is the hook of the event bus: it takes note and queues what the disk
// must know, and waits for nothing.
func (r *Recorder) Observe(ev event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch ev := ev.(type) {
	case event.ChannelCreated:
		r.begin(ev.Channel)
	case event.ChannelState:
		r.follow(ev.Channel)
	case event.ChannelApp:
		if rec := r.live[ev.Channel.ID]; rec != nil && ev.Channel.Position.Exten != "h" {
			rec.LastApp, rec.LastData = ev.Channel.App, ev.Channel.AppData
			rec.party(ev.Channel)
		}
	case event.DialBegin:
		if rec := r.live[ev.Caller.ID]; rec != nil && rec.DstChannel == "" {
			rec.DstChannel, rec.PeerAccount = ev.Callee.Name, ev.Callee.Account
		}
	case event.DialEnd:
		r.dialEnded(ev)
	case event.BridgeEnter:
		r.bridged(ev.A, ev.B)
	case event.ChannelHangup:
		r.end(ev.Channel)
	}
}

// party takes over who calls, which the dialplan may change.
func (r *Record) party(c call.Snapshot) {
	r.Src, r.CLID, r.AccountCode = c.Caller.Number, c.Caller.String(), c.Account
}

func (r *Recorder) begin(c call.Snapshot) {
	if c.Outbound {
		return
	}
	rec := &Record{
		Dst: c.Dialed, DContext: c.Position.Context, Channel: c.Name, Start: c.Created, Answer: c.Answered, End: c.Created,
		Disposition: NoAnswer, UniqueID: c.ID, LinkedID: c.LinkedID, Sequence: r.next,
	}
	rec.party(c)
	r.next++
	r.live[c.ID] = rec
	r.note(rec)
}

// follow journals the answer.
func (r *Recorder) follow(c call.Snapshot) {
	rec := r.live[c.ID]
	if rec == nil || c.Answered.IsZero() || !rec.Answer.IsZero() {
		return
	}
	rec.Answer, rec.End, rec.Disposition = c.Answered, c.Answered, Answered
	r.note(rec)
}

func (r *Recorder) dialEnded(ev event.DialEnd) {
	rec := r.live[ev.Caller.ID]
	if rec == nil {
		return
	}
	if ev.Callee.Name != "" {
		rec.DstChannel, rec.PeerAccount = ev.Callee.Name, ev.Callee.Account
	}
	if rec.Answer.IsZero() && ev.Status != "ANSWER" {
		rec.Disposition = dialled(ev.Status)
	}
}

// bridged notes the far end of a bridge that no Dial announced, as a pickup makes it.
func (r *Recorder) bridged(a, b call.Snapshot) {
	for _, p := range [...][2]call.Snapshot{{a, b}, {b, a}} {
		if rec := r.live[p[0].ID]; rec != nil && p[1].Outbound {
			rec.DstChannel, rec.PeerAccount = p[1].Name, p[1].Account
		}
	}
}

func (r *Recorder) end(c call.Snapshot) {
	rec := r.live[c.ID]
	if rec == nil {
		return
	}
	delete(r.live, c.ID)
	rec.Answer, rec.End = c.Answered, c.Ended
	switch {
	case !rec.Answer.IsZero():
		rec.Disposition = Answered
	case rec.DstChannel == "" && rec.Disposition == NoAnswer:
		rec.Disposition = undialled(c.Cause)
	}
	ops := []store.Op{store.Delete(journal, string(rec.UniqueID))}
	if rec.Sequence > r.cfg.Keep {
		ops = append(ops, store.Delete(bucket, recordKey(rec.Sequence-r.cfg.Keep)))
	}
	r.write(rec, bucket, recordKey(rec.Sequence), ops)
}

// note journals a call in progress.
func (r *Recorder) note(rec *Record) { r.write(rec, journal, string(rec.UniqueID), nil) }

func (r *Recorder) write(rec *Record, bucket, key string, more []store.Op) {
	raw, err := json.Marshal(rec)
	if err == nil {
		err = r.cfg.Writer.Write(append(more, store.Put(bucket, key, raw))...)
	}
	if err != nil {
		r.cfg.Log.Error("a call record is lost", "channel", rec.Channel, "error", err)
	}
}

// Touch journals that the calls in progress still last at now, so that a power
// cut shortens their records by no more than the time between two calls of it.
// Once a minute is gentle enough for flash.
func (r *Recorder) Touch(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rec := range r.live {
		if rec.End.Before(now) {
			rec.End = now
			r.note(rec)
		}
	}
}

// Filter selects records; zero fields select all.
type Filter struct {
	Since, Until time.Time // of the start, Until excluded
	Number       string    // part of src or dst
	Disposition  Disposition
	Before       uint64 // sequence to go on below
}

func (f Filter) match(r Record) bool {
	return (f.Since.IsZero() || !r.Start.Before(f.Since)) && (f.Until.IsZero() || r.Start.Before(f.Until)) &&
		(f.Number == "" || strings.Contains(r.Src, f.Number) || strings.Contains(r.Dst, f.Number)) &&
		(f.Disposition == "" || r.Disposition == f.Disposition)
}

// List returns up to limit records, newest start first, those still on their
// way to the disk included. No limit, or one past store.MaxList, means store.MaxList.
func (r *Recorder) List(f Filter, limit int) ([]Record, error) {
	if err := r.cfg.Writer.Flush(); err != nil {
		r.cfg.Log.Warn("the newest call records are not on the disk yet", "error", err)
	}
	q := store.Query{Reverse: true, Limit: 256}
	if f.Before > 0 {
		q.After = recordKey(f.Before)
	}
	limit = store.Query{Limit: limit}.Cap()
	var out []Record
	for {
		page, err := r.cfg.Store.List(bucket, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			var rec Record
			if err := json.Unmarshal(e.Value, &rec); err != nil {
				return nil, fmt.Errorf("call record %s: %w", e.Key, err)
			}
			if f.match(rec) {
				out = append(out, rec)
			}
			if len(out) == limit {
				return out, nil
			}
		}
		if len(page) < q.Limit {
			return out, nil
		}
		q.After = page[len(page)-1].Key
	}
}
