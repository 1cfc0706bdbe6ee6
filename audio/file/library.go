package file

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/timbre-pbx/timbre/audio"
	"github.com/timbre-pbx/timbre/audio/dsp"
)

var (
	// ErrNotFound says that no prompt has the name.
	ErrNotFound = errors.New("file: no such prompt")
	// ErrName says that a name cannot be a prompt's: it would lead out of the
	// sound folders.
	ErrName = errors.New("file: not a prompt name")
)

// DefaultCacheBytes is the cache size when the configuration gives none.
const DefaultCacheBytes = 64 << 20

// LibraryConfig says where prompts are.
type LibraryConfig struct {
	// Dirs are searched in order. Each holds folders named after a language,
	// with or without more (en, en_US_f_Allison), or sounds directly.
	// os.Root's FS also refuses links that lead out.
	Dirs []fs.FS
	// Fallback is the language tried last, "" for none.
	Fallback string
	// Tones are what the tone names play when they are not recorded.
	Tones dsp.Plan
	// CacheBytes bounds the decoded prompts kept in RAM; 0 is
	// DefaultCacheBytes.
	CacheBytes int
}

// Library finds prompts and keeps them decoded. Its methods may be called from
// any goroutine; Open reads files, so never from the packet path.
type Library struct {
	cfg   LibraryConfig
	cache *cache
}

// NewLibrary makes a library; it reads nothing yet.
func NewLibrary(cfg LibraryConfig) *Library {
	if cfg.CacheBytes <= 0 {
		cfg.CacheBytes = DefaultCacheBytes
	}
	return &Library{cfg: cfg, cache: newCache(cfg.CacheBytes)}
}

// Open gives a source at the start of a prompt, at rate Hz (a multiple of 8000
// up to 48000). The name has no extension and may have folders: digits/1. The
// language is a tag such as en, es_MX or en-GB; the most exact folder wins, then
// the language alone, then sounds without language, then the fallback. Where
// nothing is recorded, tone names (beep, ring, busy, ...) are synthesised.
func (l *Library) Open(name, language string, rate int) (audio.Source, error) {
	if !validName(name) {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	if _, err := dsp.NewResampler(rate, rate); err != nil {
		return nil, err
	}
	key := cacheKey{name, normal(language), rate}
	if clip := l.cache.get(key); clip != nil {
		return clip.Play(), nil
	}
	clip, err := l.load(key)
	if errors.Is(err, ErrNotFound) {
		if tone, ok := l.cfg.Tones.Tone(name); ok && len(tone.Segments) > 0 {
			return dsp.NewGenerator(rate, tone), nil
		}
	}
	if err != nil {
		return nil, err
	}
	l.cache.put(key, clip)
	return clip.Play(), nil
}

// Exists says whether Open would find the name, without decoding it.
func (l *Library) Exists(name, language string) bool {
	if !validName(name) {
		return false
	}
	if _, _, ok := l.find(name, normal(language)); ok {
		return true
	}
	tone, ok := l.cfg.Tones.Tone(name)
	return ok && len(tone.Segments) > 0
}

func (l *Library) load(key cacheKey) (*Clip, error) {
	dir, path, ok := l.find(key.name, key.language)
	if !ok {
		return nil, fmt.Errorf("%w: %q in language %q", ErrNotFound, key.name, key.language)
	}
	f, err := dir.Open(path)
	if err != nil {
		return nil, fmt.Errorf("file: prompt %q: %w", key.name, err)
	}
	defer f.Close()
	clip, err := Decode(path[strings.LastIndexByte(path, '.')+1:], f)
	if err != nil {
		return nil, fmt.Errorf("prompt %q (%s): %w", key.name, path, err)
	}
	return clip.resampled(key.rate)
}

// find looks for the best file of a prompt.
func (l *Library) find(name, language string) (dir fs.FS, path string, ok bool) {
	for _, tag := range l.languages(language) {
		for _, dir := range l.cfg.Dirs {
			for _, folder := range folders(dir, tag) {
				for _, extension := range Extensions() {
					path := folder + name + "." + extension
					if info, err := fs.Stat(dir, path); err == nil && info.Mode().IsRegular() {
						return dir, path, true
					}
				}
			}
		}
	}
	return nil, "", false
}

// languages are the tags to try, most exact first; "" stands for sounds that
// lie in no language's folder.
func (l *Library) languages(language string) []string {
	var tags []string
	for _, tag := range []string{language, normal(l.cfg.Fallback)} {
		for tag != "" {
			tags = append(tags, tag)
			tag = tag[:max(strings.LastIndexByte(tag, '_'), 0)]
		}
		if len(tags) == 0 || tags[len(tags)-1] != "" {
			tags = append(tags, "")
		}
	}
	return tags
}

// folders are those of dir for a language tag, each with a slash at its end:
// the folder of that very name, then those that say more.
func folders(dir fs.FS, tag string) []string {
	if tag == "" {
		return []string{""}
	}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil
	}
	var exact, more []string
	for _, e := range entries {
		switch name := normal(e.Name()); {
		case name == tag:
			exact = append(exact, e.Name()+"/")
		case strings.HasPrefix(name, tag+"_"):
			more = append(more, e.Name()+"/")
		}
	}
	return append(exact, more...)
}

// normal makes en-GB and en_gb one.
func normal(language string) string {
	return strings.ToLower(strings.ReplaceAll(language, "-", "_"))
}

// validName keeps a name inside its folder and free of octets that some file
// system takes for a separator.
func validName(name string) bool {
	return len(name) <= 255 && name != "." && fs.ValidPath(name) && !strings.ContainsAny(name, "\\:\x00")
}
