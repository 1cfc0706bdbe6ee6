package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Codec is one codec that an endpoint may use.
type Codec struct {
	Name  string        // Asterisk's name: "ulaw", "g722", "slin16"
	PTime time.Duration // length of a packet; 0 means the codec's own
}

// Codecs is an ordered list of codecs, the preferred one first. Lines "allow"
// and "disallow" change it in the order in which they stand.
type Codecs []Codec

// knownCodecs is "all", in the order of preference.
func knownCodecs() []string {
	return []string{
		"ulaw", "alaw", "g722", "opus", "slin", "slin12", "slin16", "slin24", "slin32",
		"slin44", "slin48", "slin96", "slin192", "gsm", "g729", "g726", "g726aal2", "g723",
		"ilbc", "speex", "speex16", "speex32", "lpc10", "adpcm", "siren7", "siren14",
		"codec2", "silk8", "silk12", "silk16", "silk24", "celt",
		"h261", "h263", "h263p", "h264", "h265", "mpeg4", "vp8", "vp9", "jpeg", "png", "red", "t140",
	}
}

// maxPTime is the longest packet that is accepted.
const maxPTime = 300

// SetConf applies one line. Codecs that are not known are left out and named in
// the error; the others of the line count.
func (c *Codecs) SetConf(key, value string) error {
	known := knownCodecs()
	var bad []string
	for item := range list(value) {
		remove := strings.EqualFold(key, "disallow")
		if name, not := strings.CutPrefix(item, "!"); not {
			item, remove = name, !remove
		}
		codec, ok := parseCodec(item)
		switch {
		case !ok || codec.Name != "all" && !slices.Contains(known, codec.Name):
			bad = append(bad, strconv.Quote(item))
		case remove:
			c.remove(codec.Name)
		case codec.Name == "all":
			for _, name := range known {
				c.add(Codec{name, codec.PTime})
			}
		default:
			c.add(codec)
		}
	}
	if bad != nil {
		return fmt.Errorf("%s: no such codec", strings.Join(bad, ", "))
	}
	return nil
}

// parseCodec takes "name" or "name:milliseconds".
func parseCodec(s string) (Codec, bool) {
	name, ms, found := strings.Cut(strings.ToLower(s), ":")
	c := Codec{Name: strings.TrimSpace(name)}
	if found {
		n, err := strconv.Atoi(strings.TrimSpace(ms))
		if err != nil || n <= 0 || n > maxPTime {
			return c, false
		}
		c.PTime = time.Duration(n) * time.Millisecond
	}
	return c, true
}

func (c *Codecs) add(codec Codec) {
	for i := range *c {
		if (*c)[i].Name == codec.Name {
			(*c)[i].PTime = codec.PTime
			return
		}
	}
	*c = append(*c, codec)
}

func (c *Codecs) remove(name string) {
	*c = slices.DeleteFunc(*c, func(x Codec) bool { return name == "all" || x.Name == name })
}

// Names are the codecs' names in order.
func (c Codecs) Names() []string {
	out := make([]string, len(c))
	for i, x := range c {
		out[i] = x.Name
	}
	return out
}
