// Package file reads and writes sound files and finds recorded prompts.
//
// Everything is read with a bound and no size that a file declares is trusted.
package file

import (
	"errors"
	"fmt"
	"io"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/g722"
	"github.com/timbre-pbx/timbre/audio/codec/pcma"
	"github.com/timbre-pbx/timbre/audio/codec/pcmu"
	"github.com/timbre-pbx/timbre/audio/dsp"
)

// MaxBytes is the size of the largest sound file that is read: over half an hour of
// G.711.
const MaxBytes = 16 << 20

var (
	// ErrTooLong says that a file is larger than MaxBytes.
	ErrTooLong = errors.New("file: sound file is too long")
	// ErrFormat says that a file is not what its name says, or that its kind
	// is unknown.
	ErrFormat = errors.New("file: unknown sound format")
)

// Clip is decoded sound. It is immutable: any number of sources share it.
type Clip struct {
	Rate int // Hz
	PCM  []int16
}

// Play is a source at the start of the clip. It shares the samples.
func (c *Clip) Play() audio.Source { return &player{clip: c} }

// resampled is the clip at another rate.
func (c *Clip) resampled(rate int) (*Clip, error) {
	if c.Rate == rate {
		return c, nil
	}
	r, err := dsp.NewResampler(c.Rate, rate)
	if err != nil {
		return nil, err
	}
	out := make([]int16, r.MaxOut(len(c.PCM)))
	return &Clip{Rate: rate, PCM: out[:r.Process(out, c.PCM)]}, nil
}

type player struct {
	clip *Clip
	at   int
}

func (p *player) Rate() int { return p.clip.Rate }

func (p *player) Read(dst []int16) (int, error) {
	n := copy(dst, p.clip.PCM[p.at:])
	p.at += n
	if n < len(dst) {
		return n, audio.ErrEnd
	}
	return n, nil
}

// Extensions are the kinds of file that Decode knows, best sound first.
func Extensions() []string { return []string{"wav", "sln16", "g722", "sln", "ulaw", "alaw"} }

// Decode reads the sound of a whole file. The extension, without its dot, says
// what it is; the raw kinds have no header.
func Decode(extension string, r io.Reader) (*Clip, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("file: %w", err)
	}
	if len(data) > MaxBytes {
		return nil, ErrTooLong
	}
	switch extension {
	case "wav":
		return parseWAV(data)
	case "sln":
		return &Clip{Rate: 8000, PCM: littleEndian(data)}, nil
	case "sln16":
		return &Clip{Rate: 16000, PCM: littleEndian(data)}, nil
	case "ulaw":
		return decodeRaw(pcmu.Codec(), data), nil
	case "alaw":
		return decodeRaw(pcma.Codec(), data), nil
	case "g722":
		return decodeRaw(g722.Codec(), data), nil
	}
	return nil, fmt.Errorf("%w: .%s", ErrFormat, extension)
}

func decodeRaw(c *codec.Codec, data []byte) *Clip {
	pcm := make([]int16, len(data)*audio.FrameSamples(c.SampleRate)/c.FrameBytes)
	return &Clip{Rate: c.SampleRate, PCM: pcm[:c.NewDecoder().Decode(pcm, data)]}
}
