package apps

import (
	"context"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/dialplan"
)

func playbackApp(d Deps) dialplan.App {
	return dialplan.App{
		Name: "Playback", Synopsis: "Play prompts to their end", Syntax: "file[&file2…][,skip|noanswer]",
		Run: func(ctx context.Context, c *dialplan.Call, args string) error { return playback(ctx, d, c, args) },
	}
}

// playback answers unless told not to, plays each file and sets
// PLAYBACKSTATUS; a missing file gives FAILED and the call goes on.
func playback(ctx context.Context, d Deps, c *dialplan.Call, args string) error {
	parts := dialplan.SplitArgs(args, 2)
	options := strings.ToLower(dialplan.Arg(parts, 1))
	c.Channel.SetVar("PLAYBACKSTATUS", "SUCCESS")
	if !c.Channel.Up() {
		switch {
		case strings.Contains(options, "skip"):
			return nil
		case !strings.Contains(options, "noanswer"):
			if err := answer(ctx, c); err != nil {
				return err
			}
		}
	}
	for name := range strings.SplitSeq(dialplan.Arg(parts, 0), "&") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		src, err := d.Sounds.Open(c.Channel.Language(), name)
		if err != nil {
			c.Log.Warn("a prompt is missing", "file", name, "language", c.Channel.Language(), "err", err)
			c.Channel.SetVar("PLAYBACKSTATUS", "FAILED")
			continue
		}
		if c.Channel.Leg().Port() == nil {
			c.Channel.SetVar("PLAYBACKSTATUS", "FAILED")
			continue
		}
		if _, err := c.Channel.Play(ctx, src, ""); err != nil {
			return err
		}
		c.Waited()
	}
	return nil
}
