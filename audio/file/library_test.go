package file

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/dsp"
)

// sln is a raw file whose every sample is v.
func sln(v byte) *fstest.MapFile { return &fstest.MapFile{Data: bytes.Repeat([]byte{v, 0}, 160)} }

func readAll(t *testing.T, s audio.Source) []int16 {
	t.Helper()
	var out []int16
	for {
		frame := make([]int16, 160)
		n, err := s.Read(frame)
		out = append(out, frame[:n]...)
		if errors.Is(err, audio.ErrEnd) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func testLibrary(cacheBytes int, dirs ...fs.FS) *Library {
	plan, _ := dsp.CountryPlan("es")
	return NewLibrary(LibraryConfig{Dirs: dirs, Fallback: "en", Tones: plan, CacheBytes: cacheBytes})
}

func TestLibraryChoosesByLanguageFolderAndFormat(t *testing.T) {
	l := testLibrary(0, fstest.MapFS{
		"custom.sln":                   sln(1),
		"en_US_f_Allison/hello.sln":    sln(2),
		"en_US_f_Allison/bye.sln":      sln(3),
		"en_US_f_Allison/digits/1.sln": sln(4),
		"es_MX_f_Allison/hello.sln":    sln(5),
		"es_MX_f_Allison/hello.ulaw":   {Data: []byte{0, 0}},
		"es/hello.sln":                 sln(6),
		"fr/hello.sln/x":               sln(7),
	}, fstest.MapFS{"es/only-second.sln": sln(8), "custom.sln": sln(9)})
	for _, tc := range []struct {
		name, language string
		want           int16
	}{
		{"hello", "en", 2}, {"hello", "en-US", 2}, {"hello", "EN_gb", 2}, {"hello", "es", 6},
		{"hello", "es_MX", 5}, {"hello", "es_ES", 6}, {"hello", "de", 2}, {"hello", "", 2},
		{"bye", "es", 3}, {"digits/1", "en", 4}, {"custom", "es", 1}, {"only-second", "es", 8},
		{"hello", "fr", 2},
	} {
		s, err := l.Open(tc.name, tc.language, 8000)
		if err != nil {
			t.Errorf("%s in %q: %v", tc.name, tc.language, err)
			continue
		}
		if pcm := readAll(t, s); len(pcm) != 160 || pcm[0] != tc.want {
			t.Errorf("%s in %q: %d samples of %d, want 160 of %d", tc.name, tc.language, len(pcm), pcm[0], tc.want)
		}
		if !l.Exists(tc.name, tc.language) {
			t.Errorf("%s in %q plays but does not exist", tc.name, tc.language)
		}
	}
}

func TestLibraryNeverLeavesItsFolders(t *testing.T) {
	l := testLibrary(0, fstest.MapFS{"en/x.sln": sln(1)})
	for _, name := range []string{
		"", ".", "..", "../../etc/passwd", "/etc/passwd", "digits/../../x", "a//b", "x/", "./x",
		`..\..\x`, "c:x", "x\x00", string(make([]byte, 300)),
	} {
		if _, err := l.Open(name, "en", 8000); !errors.Is(err, ErrName) {
			t.Errorf("%q: error is %v, want ErrName", name, err)
		}
		if l.Exists(name, "en") {
			t.Errorf("%q exists", name)
		}
	}
	if _, err := l.Open("x", "../en", 8000); err != nil {
		t.Errorf("a strange language does not fall back: %v", err)
	}
}

func TestLibrarySynthesisesToneNamesOnly(t *testing.T) {
	l := testLibrary(0, fstest.MapFS{"en/busy.sln": sln(1)})
	s, err := l.Open("ring", "en", 16000)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 16000)
	if _, err := s.Read(pcm); err != nil || dsp.ToneShare(pcm, 16000, 425) < 0.95 {
		t.Errorf("ring is not 425 Hz (%v)", err)
	}
	if s, err := l.Open("busy", "en", 8000); err != nil || readAll(t, s)[0] != 1 {
		t.Errorf("a recorded tone does not win: %v", err)
	}
	if _, err := l.Open("no-such", "en", 8000); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown prompt: %v", err)
	}
	if _, err := l.Open("ring", "en", 44100); err == nil {
		t.Error("44100 Hz is accepted")
	}
}

// openCounter counts what is read from beneath a library.
type openCounter struct {
	fs.FS
	opened map[string]int
}

func (c openCounter) Open(name string) (fs.File, error) {
	c.opened[name]++
	return c.FS.Open(name)
}

func (c openCounter) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }

func TestLibraryDecodesOnceWithinItsBound(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 10 {
		files[fmt.Sprintf("en/p%d.sln", i)] = sln(byte(i + 1))
	}
	counter := openCounter{files, map[string]int{}}
	l := testLibrary(3*(2*160+256), counter)
	open := func(i int) audio.Source {
		t.Helper()
		s, err := l.Open(fmt.Sprintf("p%d", i), "en", 8000)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	a, b := open(0), open(0)
	if counter.opened["en/p0.sln"] != 1 {
		t.Errorf("decoded %d times, want once", counter.opened["en/p0.sln"])
	}
	if x, y := readAll(t, a), readAll(t, b); !slices.Equal(x, y) || len(x) != 160 {
		t.Error("two sources of one prompt are not each at its start")
	}
	for i := range 10 {
		open(i)
		open(0)
		if l.cache.used > l.cache.limit || len(l.cache.byKey) > 3 || l.cache.order.Len() != len(l.cache.byKey) {
			t.Fatalf("the cache holds %d octets in %d clips", l.cache.used, len(l.cache.byKey))
		}
	}
	if counter.opened["en/p0.sln"] != 1 {
		t.Error("the clip used most was dropped")
	}
	open(1)
	if counter.opened["en/p1.sln"] != 2 {
		t.Error("a clip that was not used stays for ever")
	}
}

func TestRawFilesAreReadByExtension(t *testing.T) {
	for extension, want := range map[string]struct{ rate, samples int }{
		"ulaw": {8000, 160}, "alaw": {8000, 160}, "g722": {16000, 320}, "sln": {8000, 80}, "sln16": {16000, 80},
	} {
		clip, err := Decode(extension, bytes.NewReader(make([]byte, 160)))
		if err != nil || clip.Rate != want.rate || len(clip.PCM) != want.samples {
			t.Errorf(".%s: %v, want %+v", extension, err, want)
		}
	}
	if _, err := Decode("mp3", bytes.NewReader(nil)); !errors.Is(err, ErrFormat) {
		t.Errorf("mp3: %v", err)
	}
	if _, err := Decode("ulaw", bytes.NewReader(make([]byte, MaxBytes+1))); !errors.Is(err, ErrTooLong) {
		t.Errorf("a file that is too long: %v", err)
	}
}

func TestPlayingAllocatesNothing(t *testing.T) {
	s := (&Clip{Rate: 8000, PCM: make([]int16, 160*1000)}).Play()
	frame := make([]int16, 160)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := s.Read(frame); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func TestDebianSounds(t *testing.T) {
	const sounds = "/usr/share/asterisk/sounds"
	if _, err := os.Stat(sounds + "/en_US_f_Allison"); err != nil {
		t.Skipf("SKIPPED: Debian's sound packages are not installed: %v", err)
	}
	l := testLibrary(0, os.DirFS(sounds))
	for _, language := range []string{"en", "es"} {
		for _, name := range []string{"vm-goodbye", "digits/1", "beep"} {
			s, err := l.Open(name, language, 8000)
			if err != nil {
				t.Errorf("%s in %s: %v", name, language, err)
				continue
			}
			m := dsp.NewMeter(8000, 1000)
			m.Write(readAll(t, s))
			if level := m.Level(); level < -50 || level > 3 {
				t.Errorf("%s in %s is at %.1f dBm0", name, language, level)
			}
		}
	}
}
