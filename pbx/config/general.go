package config

import (
	"github.com/timbre-pbx/timbre/pbx/config/conffile"
	"github.com/timbre-pbx/timbre/pbx/config/schema"
)

// general is the variables of all [general] sections of one file, and where the
// first stands. Other sections are reported.
func (l *loader) general(name string) (vars []conffile.Variable, at Origin, present bool) {
	f := l.read(name)
	if f == nil {
		return nil, Origin{}, false
	}
	for _, s := range f.Sections {
		if s.Name != "general" {
			l.report(CodeIgnored, conffile.Info, origin(s), "section [%s] has no effect here", s.Name)
			continue
		}
		if at.File == "" {
			at = origin(s)
		}
		vars = append(vars, s.Vars...)
	}
	return vars, at, true
}

func (l *loader) rtp() {
	o := schema.New[RTP](keptRTP()...)
	r := &l.snap.RTP
	o.Defaults(r)
	vars, at, _ := l.general("rtp.conf")
	r.Origin = at
	r.Extra = l.decode(o, r, vars, "rtp.conf")
	switch r.StrictRTP {
	case "true", "on", "1":
		r.StrictRTP = "yes"
	case "false", "off", "0":
		r.StrictRTP = "no"
	}
	if r.Start >= r.End {
		l.report(CodeBadRange, conffile.Warning, at, "rtpstart %d is not below rtpend %d; the defaults are taken", r.Start, r.End)
		var d RTP
		o.Defaults(&d)
		r.Start, r.End = d.Start, d.End
	}
}

func (l *loader) http() {
	o := schema.New[HTTP](keptHTTP()...)
	h := &l.snap.HTTP
	o.Defaults(h)
	vars, at, present := l.general("http.conf")
	h.Origin, h.Present = at, present
	h.Extra = l.decode(o, h, vars, "http.conf")
}

func (l *loader) leds() {
	o := schema.New[LED]()
	f := l.read("leds.conf")
	if f == nil {
		return
	}
	for _, s := range f.Sections {
		if kind, ok := s.Get("type"); ok && kind != "led" {
			l.report(CodeUnknownType, conffile.Warning, lineOf(s, "type"), "section [%s]: type %q is no led; it has no effect", s.Name, kind)
			l.snap.Unused = append(l.snap.Unused, s)
			continue
		}
		x := &LED{Name: s.Name, Origin: origin(s)}
		o.Defaults(x)
		x.Extra = l.decode(o, x, without(s.Vars, "type"), "led \""+s.Name+"\"")
		if x.Presence != "" && x.Device != "" {
			l.report(CodeBadRange, conffile.Warning, lineOf(s, "device"), "led %q has both presence and device; the presence counts", s.Name)
			x.Device = ""
		}
		if x.Presence == "" && x.Device == "" {
			x.Presence = "CustomPresence:" + s.Name
		}
		if x.Output == "" {
			x.Output = s.Name
		}
		put(l, "led", s.Name, x.Origin, x, &l.snap.LEDs, l.snap.leds)
	}
}
