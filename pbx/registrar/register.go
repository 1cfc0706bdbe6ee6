package registrar

import (
	"slices"
	"time"

	"github.com/timbre-pbx/timbre/pbx/event"
)

// Register applies a REGISTER to the bindings of aor (RFC 3261 §10.3): all of
// it or, when the answer is not 200, nothing. Without a Contact it only asks.
// It returns the bindings that the answer lists.
func (r *Registrar) Register(now time.Time, aor AOR, req Request) ([]Binding, Answer) {
	aor = aor.withDefaults()
	r.order.Lock()
	defer r.order.Unlock()
	r.mu.Lock()
	next, answer := apply(now, aor, req, r.alive(aor.Name, now))
	if answer.Status != 200 {
		r.mu.Unlock()
		return nil, answer
	}
	events := changes(r.bindings[aor.Name], next)
	r.bindings[aor.Name] = next
	if len(next) == 0 {
		delete(r.bindings, aor.Name)
	}
	if len(events) > 0 {
		r.markDirty()
	}
	out := list(next)
	r.mu.Unlock()
	r.wakeUp()
	r.publish(events)
	return out, answer
}

// apply is Register as a pure function: what aor has after req.
func apply(now time.Time, aor AOR, req Request, have map[string]Binding) (map[string]Binding, Answer) {
	ok := Answer{Status: 200, Reason: "OK"}
	next := make(map[string]Binding, len(have)+len(req.Contacts))
	for k, b := range have {
		next[k] = b
	}
	if req.Wildcard {
		if len(req.Contacts) > 0 || req.Expires != 0 {
			return nil, Answer{Status: 400, Reason: "Wildcard Needs Expires 0"}
		}
		for k, b := range have {
			if outOfOrder(b, req) {
				return nil, Answer{Status: 500, Reason: "CSeq Out of Order"}
			}
			delete(next, k)
		}
		return next, ok
	}
	mine := make(map[string]bool)
	for _, c := range req.Contacts {
		k := key(c.URI)
		old, known := have[k]
		if known && outOfOrder(old, req) {
			return nil, Answer{Status: 500, Reason: "CSeq Out of Order"}
		}
		life := lifetime(aor, req, c)
		if life == 0 {
			delete(next, k)
			continue
		}
		switch {
		case life < aor.Min:
			return nil, Answer{Status: 423, Reason: "Interval Too Brief", MinExpires: aor.Min}
		case c.URI.Scheme != "sip" && c.URI.Scheme != "sips":
			return nil, Answer{Status: 400, Reason: "Contact Is No SIP URI"}
		case !aor.RewriteContact && !reachable(c.URI, req.Flow.Remote.Addr()):
			return nil, Answer{Status: 403, Reason: "Contact Address Refused"}
		}
		mine[k] = true
		next[k] = Binding{
			AOR: aor.Name, URI: c.URI.String(), Target: target(c.URI, aor, req.Flow), Q: c.Q,
			Granted: life, Until: now.Add(life), CallID: req.CallID, CSeq: req.CSeq,
			Path: slices.Clone(req.Path), Flow: req.Flow, UserAgent: req.UserAgent,
		}
	}
	if len(mine) > 0 && !fit(aor, next, mine) {
		return nil, Answer{Status: 403, Reason: "Too Many Contacts"}
	}
	return next, ok
}

func outOfOrder(b Binding, req Request) bool { return b.CallID == req.CallID && req.CSeq <= b.CSeq }

func lifetime(aor AOR, req Request, c Contact) time.Duration {
	switch {
	case c.Expires >= 0:
		return min(c.Expires, aor.Max)
	case req.Expires >= 0:
		return min(req.Expires, aor.Max)
	}
	return min(aor.Default, aor.Max)
}

// fit makes room for the contacts of this request, or says that there is none.
func fit(aor AOR, next map[string]Binding, mine map[string]bool) bool {
	for len(next) > aor.MaxContacts {
		oldest := ""
		for k, b := range next {
			if mine[k] {
				continue
			}
			if o, ok := next[oldest]; !ok || b.Until.Before(o.Until) || b.Until.Equal(o.Until) && k < oldest {
				oldest = k
			}
		}
		if oldest == "" || !aor.RemoveExisting {
			return false
		}
		delete(next, oldest)
	}
	return true
}

// changes is what appeared, moved or went between have and next. A refresh is
// no change.
func changes(have, next map[string]Binding) []event.Event {
	var out []event.Event
	for k, b := range have {
		if _, ok := next[k]; !ok {
			out = append(out, event.Contact{AOR: b.AOR, URI: b.Target, Gone: true})
		}
	}
	for k, b := range next {
		old, ok := have[k]
		same := ok && old.Target == b.Target && old.Flow.Proto == b.Flow.Proto && old.Flow.Remote == b.Flow.Remote &&
			slices.Equal(old.Path, b.Path)
		if !same {
			out = append(out, event.Contact{AOR: b.AOR, URI: b.Target, Until: b.Until})
		}
	}
	return out
}
