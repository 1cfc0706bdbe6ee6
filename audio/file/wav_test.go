package file

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func writeWAV(t testing.TB, rate, channels int, pcm []int16) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.wav")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewWAVWriter(f, rate, channels)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(pcm); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWAVComesBackAsWritten(t *testing.T) {
	pcm := make([]int16, 10000)
	for i := range pcm {
		pcm[i] = int16(i * 37)
	}
	for _, rate := range []int{8000, 16000, 48000} {
		clip, err := ReadWAV(bytes.NewReader(writeWAV(t, rate, 1, pcm)))
		if err != nil {
			t.Fatal(err)
		}
		if clip.Rate != rate || !slices.Equal(clip.PCM, pcm) {
			t.Errorf("%d Hz: %d samples at %d Hz come back different", rate, len(clip.PCM), clip.Rate)
		}
	}
	clip, err := ReadWAV(bytes.NewReader(writeWAV(t, 8000, 2, []int16{100, 300, -32768, -32768})))
	if err != nil || !slices.Equal(clip.PCM, []int16{200, -32768}) {
		t.Errorf("stereo becomes %v, %v", clip, err)
	}
}

func TestWAVSizesAreNotTrusted(t *testing.T) {
	good := writeWAV(t, 8000, 1, []int16{1, 2, 3})
	for _, size := range []uint32{0, 6, 7, 1000, 0xFFFFFFFF} {
		data := slices.Clone(good)
		binary.LittleEndian.PutUint32(data[4:], size)
		binary.LittleEndian.PutUint32(data[40:], size)
		clip, err := ReadWAV(bytes.NewReader(data))
		if err != nil || !slices.Equal(clip.PCM, []int16{1, 2, 3}) {
			t.Errorf("declared size %d: %v, %v", size, clip, err)
		}
	}
}

func TestWAVRefusesWhatItCannotRead(t *testing.T) {
	good := writeWAV(t, 8000, 1, []int16{1, 2, 3})
	change := func(at int, v byte) []byte {
		data := slices.Clone(good)
		data[at] = v
		return data
	}
	for what, data := range map[string][]byte{
		"nothing": nil, "no RIFF": change(0, 'X'), "float": change(20, 3), "8 bits": change(34, 8),
		"3 channels": change(22, 3), "no channels": change(22, 0), "other rate": change(24, 1),
		"no fmt": change(12, 'X'), "no data": change(36, 'X'), "short": good[:30],
	} {
		if _, err := ReadWAV(bytes.NewReader(data)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: error is %v, want ErrFormat", what, err)
		}
	}
	if _, err := NewWAVWriter(nil, 44100, 1); !errors.Is(err, ErrFormat) {
		t.Errorf("writing 44100 Hz: %v", err)
	}
}

func FuzzWAV(f *testing.F) {
	f.Add(writeWAV(f, 8000, 1, []int16{1, 2, 3}))
	f.Add(writeWAV(f, 48000, 2, []int16{1, 2, 3, 4}))
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEdata\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		clip, err := ReadWAV(bytes.NewReader(data))
		if err == nil && 2*len(clip.PCM) > len(data) {
			t.Errorf("%d samples out of %d octets", len(clip.PCM), len(data))
		}
	})
}
