package endpoint

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// at brings a fork of two branches to where branch 0 is in the state named.
func at(s branchState) *fork {
	f := newFork(2)
	switch s {
	case branchRinging:
		f.step(0, gotRinging, 180)
	case branchWon:
		f.step(0, gotAnswer, 200)
	case branchDropped:
		f.step(1, gotAnswer, 200)
	case branchFailed:
		f.step(0, gotFailure, 486)
	}
	return f
}

func TestEveryStateMeetsEveryEvent(t *testing.T) {
	want := map[branchState]map[forkEvent]string{
		branchTrying:  {gotRinging: "ring 0", gotProgress: "ring 0", gotAnswer: "win 0, drop 1", gotFailure: ""},
		branchRinging: {gotRinging: "", gotProgress: "", gotAnswer: "win 0, drop 1", gotFailure: ""},
		branchWon:     {gotRinging: "strange", gotProgress: "strange", gotAnswer: "strange", gotFailure: "strange"},
		branchDropped: {gotRinging: "", gotProgress: "", gotAnswer: "end 0", gotFailure: ""},
		branchFailed:  {gotRinging: "strange", gotProgress: "strange", gotAnswer: "strange", gotFailure: "strange"},
	}
	for state, row := range want {
		for ev, expect := range row {
			f := at(state)
			if f.branches[0] != state {
				t.Fatalf("state %d was not reached", state)
			}
			got := text(f.step(0, ev, 486))
			if f.strange > 0 {
				got = "strange"
			}
			if got != expect {
				t.Errorf("state %d, event %d: %q, want %q", state, ev, got, expect)
			}
		}
	}
}

func text(effects []forkEffect) string {
	names := map[forkAction]string{doRing: "ring", doMedia: "media", doWin: "win", doDrop: "drop", doEnd: "end", doReject: "reject"}
	out := ""
	for _, e := range effects {
		if out != "" {
			out += ", "
		}
		n := e.branch
		if e.action == doReject {
			n = e.status
		}
		out += fmt.Sprintf("%s %d", names[e.action], n)
	}
	return out
}

func TestTheCallerHearsTheBestOfAllRefusals(t *testing.T) {
	for _, c := range []struct {
		statuses []int
		want     int
	}{
		{[]int{486}, 486}, {[]int{503, 486}, 486}, {[]int{404, 408}, 404}, {[]int{302, 486}, 302}, {[]int{486, 600}, 600}, {[]int{0}, 480},
	} {
		f := newFork(len(c.statuses))
		var last []forkEffect
		for i, s := range c.statuses {
			last = f.step(i, gotFailure, s)
		}
		if got := text(last); got != fmt.Sprintf("reject %d", c.want) {
			t.Errorf("%v: %s, want %d", c.statuses, got, c.want)
		}
	}
}

func TestADeclineEverywhereStopsTheOtherPhones(t *testing.T) {
	f := newFork(3)
	if got := text(f.step(1, gotFailure, 603)); got != "drop 0, drop 2, reject 603" {
		t.Errorf("%s", got)
	}
}

func TestEarlyMediaOfASinglePhoneIsHeard(t *testing.T) {
	if got := text(newFork(1).step(0, gotProgress, 183)); got != "media 0" {
		t.Errorf("%s", got)
	}
}

func TestACallerWhoLeavesStopsEveryPhoneAndALateAnswerIsEnded(t *testing.T) {
	f := newFork(2)
	f.step(0, gotRinging, 180)
	if got := text(f.abandon()); got != "drop 0, drop 1" {
		t.Errorf("%s", got)
	}
	if got := text(f.step(1, gotAnswer, 200)); got != "end 1" {
		t.Errorf("%s", got)
	}
}

// Whatever the phones do, one branch at most wins, and the fork ends once.
func TestAtMostOnePhoneWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "branches")
		f := newFork(n)
		wins, rejects := 0, 0
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			var effects []forkEffect
			if rapid.IntRange(0, 19).Draw(t, "leave") == 0 {
				effects = f.abandon()
			} else {
				ev := forkEvent(rapid.IntRange(0, 3).Draw(t, "event"))
				effects = f.step(rapid.IntRange(0, n-1).Draw(t, "branch"), ev, rapid.SampledFrom([]int{302, 404, 486, 503, 603}).Draw(t, "status"))
			}
			for _, e := range effects {
				switch e.action {
				case doWin:
					wins++
				case doReject:
					rejects++
				}
			}
		}
		if wins+rejects > 1 {
			t.Fatalf("%d wins, %d rejections", wins, rejects)
		}
		if wins == 1 && slices.Contains(f.branches, branchRinging) {
			t.Fatal("a phone rings on after another answered")
		}
	})
}
