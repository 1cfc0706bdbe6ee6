// Command timbre is the phone system in a box. This file reads the command
// line; what the commands do lives in the packages below.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "unknown"

// cli is the command line, one field a command.
type cli struct {
	Check   checkCmd   `cmd:"" help:"Load a configuration and print what is wrong with it."`
	Version versionCmd `cmd:"" help:"Print the build and what it can and cannot do."`
}

func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("timbre"), kong.Description("The phone system in a box."), kong.UsageOnError())
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "timbre:", err)
		os.Exit(1)
	}
}
