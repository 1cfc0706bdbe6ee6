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
	fmt.Println("absent:  Opus and Speex transcoding, sound card, fax modems")
	return nil
}

func codecNames(set codec.Set) string {
	var names []string
	for _, c := range set {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}
