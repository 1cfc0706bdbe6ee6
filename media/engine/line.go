package engine

import (
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/media/jitter"
	"github.com/timbre-pbx/timbre/media/rtp"
)

const lineSamples = 8 * maxSamples // 160 ms at the highest rate

// line is what a port hears, as samples for another codec: jitter buffer,
// decoder, sample queue and rate converter. A slot gets one with the first
// packet that cannot be passed on as it is. Loop-owned with its slot.
type line struct {
	buffer  jitter.Buffer
	codec   *codec.Codec // that decoder is for
	decoder codec.Decoder
	queue   [lineSamples]int16
	n       int
	frame   int // samples of the last packet, for concealment
	rate    rate
}

// active says whether the line has samples or may have some soon.
func (l *line) active() bool { return l != nil && (l.buffer.Open() || l.n > 0) }

// hear puts a packet that from received on its line, for t to encode on its tick.
func (t *slot) hear(s *shard, now time.Time, from *slot, c *codec.Codec, p rtp.Packet) bool {
	to := t.stream.Codec
	if to == nil || !c.Transcodes() || !to.Transcodes() || !convertible(c.SampleRate, to.SampleRate) {
		return false
	}
	if from.line == nil {
		from.line = &line{}
	}
	if !t.player.busy() && !from.line.active() {
		t.player.due, t.player.fresh = now.Add(jitter.Delay), true
	}
	if !from.line.buffer.Push(now, jitter.Packet{Sequence: p.Sequence, PayloadType: p.PayloadType, Payload: p.Payload}) {
		from.stats.Dropped.Full++
	}
	return true
}

// read fills dst at rate Hz with what from hears; false when there is nothing.
func (l *line) read(from *slot, now time.Time, dst []int16, rate int) bool {
	if l.codec == nil {
		l.fill(from, now)
	}
	if l.codec == nil || !l.rate.set(l.codec.SampleRate, rate) {
		l.n = 0
		return false
	}
	need := audio.FrameSamples(l.codec.SampleRate)
	for l.n < need && l.fill(from, now) {
	}
	if l.n == 0 {
		return false
	}
	if l.n < need {
		clear(l.queue[l.n:need])
		l.n = need
	}
	l.rate.convert(dst, l.queue[:need])
	l.n = copy(l.queue[:], l.queue[need:l.n])
	return true
}

// fill decodes or conceals one packet; false when the buffer gives none.
func (l *line) fill(from *slot, now time.Time) bool {
	p, outcome := l.buffer.Pop(now)
	if outcome == jitter.Lost && l.decoder != nil && l.n+l.frame <= lineSamples {
		l.decoder.Conceal(l.queue[l.n : l.n+l.frame])
		l.n += l.frame
	}
	if outcome != jitter.Play {
		return outcome == jitter.Lost
	}
	c := from.recv[p.PayloadType]
	if c == nil || !c.Transcodes() {
		return true
	}
	if c != l.codec {
		l.codec, l.decoder, l.n = c, c.NewDecoder(), 0
	}
	l.frame = l.decoder.Decode(l.queue[l.n:], p.Payload)
	l.n += l.frame
	return true
}
