package presence

import (
	"github.com/timbre-pbx/timbre/pbx/call"
	"github.com/timbre-pbx/timbre/pbx/event"
)

// Observe is the hook of the event bus: it follows channels and contacts and
// publishes nothing itself.
func (s *Service) Observe(ev event.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch ev := ev.(type) {
	case event.ChannelCreated:
		s.channel(ev.Channel)
	case event.ChannelState:
		s.channel(ev.Channel)
	case event.ChannelApp:
		s.channel(ev.Channel)
	case event.ChannelHangup:
		s.forget(ev.Channel.ID, provider.ended)
	case event.Contact:
		s.contact(ev)
	}
}

func (s *Service) channel(c call.Snapshot) {
	if c.State == call.ChannelGone {
		return
	}
	old := s.legs[c.ID]
	l := leg{device: deviceOf(c.Name), context: c.Position.Context, state: legState(c.State), held: old.held}
	s.legs[c.ID] = l
	if l.device != old.device || l.state != old.state {
		s.touch(l.device)
	}
}

func (s *Service) contact(c event.Contact) {
	uris := s.contacts[c.AOR]
	if uris == nil {
		uris = make(map[string]struct{})
		s.contacts[c.AOR] = uris
	}
	uris[c.URI] = struct{}{}
	if c.Gone {
		delete(uris, c.URI)
	}
	if len(uris) == 0 {
		delete(s.contacts, c.AOR)
	}
	for _, d := range s.aors[c.AOR] {
		s.touch(d)
	}
}

// Hold notes that a channel's phone put its call on hold or took it back.
func (s *Service) Hold(id call.ID, held bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.legs[id]; ok && l.held != held {
		l.held = held
		s.legs[id] = l
		s.touch(l.device)
	}
}

// Lost says that a channel died without running the h that its context has,
// as after a recovered panic: the presence that it set is taken back. It is
// called before the channel's hang-up is published.
func (s *Service) Lost(id call.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(id, provider.lost)
}

func (s *Service) forget(id call.ID, end func(provider, call.ID) provider) {
	if l, ok := s.legs[id]; ok {
		delete(s.legs, id)
		s.touch(l.device)
	}
	for name, p := range s.providers {
		if p.find(id) < 0 {
			continue
		}
		if err := s.change(name, end(p, id)); err != nil {
			s.cfg.Log.Error("presence is not stored", "provider", name, "error", err)
		}
	}
}
