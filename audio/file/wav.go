package file

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

const (
	wavPCM        = 1
	wavExtensible = 0xFFFE
	wavHeader     = 44 // octets of RIFF, fmt and data headers
)

// ReadWAV reads 16-bit linear PCM, mono or stereo, at 8, 16 or 48 kHz; stereo is
// mixed to mono. A file that ends early, as a recording cut off by a power
// failure does, gives what is there.
func ReadWAV(r io.Reader) (*Clip, error) { return Decode("wav", r) }

type wavFormat struct{ rate, channels int }

func parseWAV(data []byte) (*Clip, error) {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		return nil, fmt.Errorf("%w: no RIFF WAVE header", ErrFormat)
	}
	var format *wavFormat
	for rest := data[12:]; len(rest) >= 8; {
		id, body := string(rest[:4]), rest[8:]
		size := uint64(binary.LittleEndian.Uint32(rest[4:]))
		size = min(size, uint64(len(body)))
		switch id {
		case "fmt ":
			f, err := parseFormat(body[:size])
			if err != nil {
				return nil, err
			}
			format = &f
		case "data":
			if format == nil {
				return nil, fmt.Errorf("%w: data before fmt", ErrFormat)
			}
			if size == 0 {
				size = uint64(len(body)) // the size was never filled in
			}
			return &Clip{Rate: format.rate, PCM: mono(littleEndian(body[:size]), format.channels)}, nil
		}
		rest = body[min(size+size%2, uint64(len(body))):]
	}
	return nil, fmt.Errorf("%w: no data", ErrFormat)
}

func parseFormat(b []byte) (wavFormat, error) {
	if len(b) < 16 {
		return wavFormat{}, fmt.Errorf("%w: short fmt", ErrFormat)
	}
	tag := binary.LittleEndian.Uint16(b)
	if tag == wavExtensible && len(b) >= 26 {
		tag = binary.LittleEndian.Uint16(b[24:])
	}
	f := wavFormat{
		rate:     int(min(binary.LittleEndian.Uint32(b[4:]), math.MaxInt32)),
		channels: int(binary.LittleEndian.Uint16(b[2:])),
	}
	if bits := binary.LittleEndian.Uint16(b[14:]); tag != wavPCM || bits != 16 {
		return f, fmt.Errorf("%w: WAV format %d of %d bits, want linear PCM of 16", ErrFormat, tag, bits)
	}
	return f, f.check()
}

func (f wavFormat) check() error {
	if !slices.Contains([]int{8000, 16000, 48000}, f.rate) {
		return fmt.Errorf("%w: %d Hz, want 8000, 16000 or 48000", ErrFormat, f.rate)
	}
	if f.channels != 1 && f.channels != 2 {
		return fmt.Errorf("%w: %d channels, want 1 or 2", ErrFormat, f.channels)
	}
	return nil
}

func littleEndian(b []byte) []int16 {
	pcm := make([]int16, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

func mono(pcm []int16, channels int) []int16 {
	if channels == 1 {
		return pcm
	}
	out := pcm[:len(pcm)/2]
	for i := range out {
		out[i] = int16((int(pcm[2*i]) + int(pcm[2*i+1])) / 2)
	}
	return out
}

// ErrWAVFull says that a WAV file cannot grow: its sizes are 32 bits.
var ErrWAVFull = errors.New("file: WAV file is full")

// WAVWriter writes 16-bit PCM. It is owned by one goroutine. Until Close the
// header says that there is no data; ReadWAV takes such a file to its end.
type WAVWriter struct {
	w      io.WriteSeeker
	format wavFormat
	size   uint32 // octets of data
	buf    []byte
}

// NewWAVWriter writes the header of a file of rate Hz and 1 or 2 channels.
func NewWAVWriter(w io.WriteSeeker, rate, channels int) (*WAVWriter, error) {
	f := wavFormat{rate: rate, channels: channels}
	if err := f.check(); err != nil {
		return nil, err
	}
	out := &WAVWriter{w: w, format: f, buf: make([]byte, 0, 4096)}
	return out, out.header()
}

// Write adds samples; two channels alternate, left first.
func (w *WAVWriter) Write(pcm []int16) error {
	if uint64(w.size)+uint64(len(pcm))*2 > math.MaxUint32-wavHeader {
		return ErrWAVFull
	}
	for part := range slices.Chunk(pcm, cap(w.buf)/2) {
		w.buf = w.buf[:0]
		for _, s := range part {
			w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(s))
		}
		n, err := w.w.Write(w.buf)
		w.size += uint32(n)
		if err != nil {
			return fmt.Errorf("file: write WAV: %w", err)
		}
	}
	return nil
}

// Close fills in the sizes. It does not close the file beneath.
func (w *WAVWriter) Close() error {
	if _, err := w.w.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("file: finish WAV: %w", err)
	}
	if err := w.header(); err != nil {
		return err
	}
	if _, err := w.w.Seek(0, io.SeekEnd); err != nil {
		return fmt.Errorf("file: finish WAV: %w", err)
	}
	return nil
}

func (w *WAVWriter) header() error {
	le, frame := binary.LittleEndian, 2*w.format.channels
	b := append(w.buf[:0], "RIFF"...)
	b = le.AppendUint32(b, wavHeader-8+w.size)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, wavPCM)
	b = le.AppendUint16(b, uint16(w.format.channels))
	b = le.AppendUint32(b, uint32(w.format.rate))
	b = le.AppendUint32(b, uint32(w.format.rate*frame))
	b = le.AppendUint16(b, uint16(frame))
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = le.AppendUint32(b, w.size)
	if _, err := w.w.Write(b); err != nil {
		return fmt.Errorf("file: write WAV header: %w", err)
	}
	return nil
}
