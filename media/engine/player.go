package engine

import (
	"time"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/media/rtp"
)

const (
	frameTime  = audio.FrameDuration * time.Millisecond
	maxSamples = 48000 / 50
)

// player makes the packets of a slot on the tick: prompts and digits, one
// frame each 20 ms. Loop-owned with its slot.
type player struct {
	source  audio.Source
	done    func()
	encoder codec.Encoder
	fresh   bool // the next packet begins a talk spurt
	due     time.Time

	rate rate

	digit   rtp.EventWriter
	digitTS uint32
	digits  [32]rtp.Digit // that wait their turn
	waiting int
}

func (p *player) busy() bool { return p.source != nil || p.digit.Active() || p.waiting > 0 }

func (t *slot) play(s *shard, src audio.Source, done func()) {
	t.stopPlay()
	if t.closed {
		if done != nil {
			done()
		}
		return
	}
	t.player.begin(s.now())
	t.player.source, t.player.done, t.player.fresh = src, done, true
}

func (p *player) begin(now time.Time) {
	if !p.busy() {
		p.due = now
	}
}

func (t *slot) stopPlay() {
	done := t.player.done
	t.player.source, t.player.done = nil, nil
	if done != nil {
		done()
	}
}

// sendDigit queues a digit; one that finds the queue full is lost.
func (t *slot) sendDigit(s *shard, key byte, length time.Duration) {
	p := &t.player
	if t.closed || t.stream.EventPT == 0 || length <= 0 || p.waiting == len(p.digits) {
		return
	}
	p.begin(s.now())
	p.digits[p.waiting] = rtp.Digit{Key: key, Length: min(length, 8*time.Second)}
	p.waiting++
}

// nextDigit starts the first digit of the queue.
func (p *player) nextDigit(t *slot, now time.Time) {
	d, clock := p.digits[0], t.clock()
	p.waiting = copy(p.digits[:], p.digits[1:p.waiting])
	if p.digit.Start(d.Key, uint32(d.Length*time.Duration(clock)/time.Second), uint32(clock/50)) {
		p.digitTS = t.sender.next(now, clock)
	}
}

// works says whether t has frames to make, of its own or of what its partner hears.
func (p *player) works(t *slot) bool {
	from := t.partner()
	return p.busy() || from != nil && from.line.active()
}

// step makes the frames that are due; false while there is nothing to make.
func (p *player) step(t *slot, s *shard, now time.Time) bool {
	for n := 0; p.works(t) && !now.Before(p.due); n++ {
		if n == 4 { // far behind: go on from here, not in a burst
			p.due = now
		}
		p.frame(t, s, now)
		p.due = p.due.Add(frameTime)
	}
	return p.works(t)
}

func (p *player) frame(t *slot, s *shard, now time.Time) {
	t.sender.mapped = false
	from := t.partner()
	if !p.digit.Active() && p.waiting > 0 {
		p.nextDigit(t, now)
	}
	if p.digit.Active() {
		var b [rtp.EventLen]byte
		marker := p.digit.Next(b[:])
		p.fresh = true
		if t.stream.Send {
			t.emit(s, now, rtp.Header{Marker: marker, PayloadType: t.stream.EventPT, Sequence: t.sender.seq + 1, Timestamp: p.digitTS}, b[:])
		}
		return
	}
	c := t.stream.Codec
	if c == nil {
		return // the source waits for a stream
	}
	if !c.Transcodes() || !convertible(c.SampleRate, c.SampleRate) {
		t.stopPlay()
		return
	}
	pcm := s.pcm[:audio.FrameSamples(c.SampleRate)]
	some, end := false, false
	if p.source != nil {
		some, end = p.read(s.raw[:], pcm, c.SampleRate)
	} else if from != nil && from.line != nil {
		some = from.line.read(from, now, pcm, c.SampleRate)
	}
	if some && t.stream.Send {
		p.encode(t, s, now, c, pcm)
	} else {
		p.fresh = true
	}
	if end {
		t.stopPlay()
	}
}

// read fills pcm from the source through raw, at rate Hz; end when it has no more, or is
// of a rate that cannot be converted.
func (p *player) read(raw, pcm []int16, rate int) (some, end bool) {
	in := p.source.Rate()
	if !convertible(in, rate) || !p.rate.set(in, rate) {
		return false, true
	}
	src := raw[:audio.FrameSamples(in)]
	n, err := p.source.Read(src)
	clear(src[n:])
	p.rate.convert(pcm, src)
	return n > 0, err != nil
}

func (p *player) encode(t *slot, s *shard, now time.Time, c *codec.Codec, pcm []int16) {
	if p.encoder == nil {
		p.encoder = c.NewEncoder()
	}
	n := p.encoder.Encode(s.payload[:], pcm)
	ts := t.sender.ts + uint32(c.ClockRate/50)
	if p.fresh {
		ts = t.sender.next(now, c.ClockRate)
	}
	t.emit(s, now, rtp.Header{Marker: p.fresh, PayloadType: t.stream.SendPT, Sequence: t.sender.seq + 1, Timestamp: ts}, s.payload[:n])
	p.fresh = false
}
