package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/timbre-pbx/timbre/audio/codec"
	"github.com/timbre-pbx/timbre/audio/codec/all"
)

type versionCmd struct{}

// Run prints the build, the codecs it holds and what it lacks.
func (versionCmd) Run() error {
	fmt.Printf("timbre %s %s/%s %s\n", version, runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Println("codecs: ", codecNames(all.Set()))
	fmt.Println("absent: ", strings.Join(absent(all.Set()), ", "))
	return nil
}

// absent lists what users of the field expect and this build does not hold:
// codecs that it cannot transcode, and parts that no package provides yet.
func absent(set codec.Set) []string {
	var out []string
	for _, name := range []string{"opus", "speex", "gsm", "g726", "g729", "ilbc"} {
		if c := set.ByName(name); c == nil || !c.Transcodes() {
			out = append(out, name)
		}
	}
	return append(out, "sound card", "fax modems", "TLS, WebSocket and SRTP")
}

func codecNames(set codec.Set) string {
	var names []string
	for _, c := range set {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}
