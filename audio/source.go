package audio

import "errors"

// FrameDuration is the length of one frame in milliseconds.
const FrameDuration = 20

// FrameSamples is the number of samples in one frame at rate Hz.
func FrameSamples(rate int) int { return rate * FrameDuration / 1000 }

// ErrEnd is what a Source returns once it has nothing more to play.
var ErrEnd = errors.New("audio: end of source")

// Source yields samples at one fixed rate: a prompt, a tone, music.
//
// A Source is owned by the media port that plays it and is read from that
// port's shard only, so implementations need no lock; Read must not wait,
// allocate or touch a file.
type Source interface {
	// Rate is the sample rate in Hz; it never changes.
	Rate() int
	// Read fills dst and returns how many samples it wrote. It returns
	// fewer than len(dst) only together with ErrEnd.
	Read(dst []int16) (n int, err error)
}

// Sink takes samples at one fixed rate: a recording, a detector, a sound card.
// It is owned like a Source, and Write must not wait, allocate or touch a file.
type Sink interface {
	// Rate is the sample rate in Hz; it never changes.
	Rate() int
	// Write takes src, which it must not keep.
	Write(src []int16)
}
