// Package all lists the codecs of this build, in the order in which they are
// offered when a configuration does not say.
package all

import (
	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/g722"
	"github.com/timbre-pbx/timbre/audio/codec/l16"
	"github.com/timbre-pbx/timbre/audio/codec/pcma"
	"github.com/timbre-pbx/timbre/audio/codec/pcmu"
)

// Set is every codec that the build has.
func Set() codec.Set {
	return codec.Set{g722.Codec(), pcma.Codec(), pcmu.Codec(), l16.Slin16(), l16.Slin()}
}
