// Package shared finds the reference material that tests compare with: vectors,
// the talk's configuration, peer scripts. It is used by tests only; the program
// never needs it.
package shared

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path is the path of name below the shared material: $TIMBRE_SHARED, or the
// folder "shared" beside the repository. Where it is absent the test is skipped
// with the reason, and fails when CI=true.
func Path(tb testing.TB, name string) string {
	tb.Helper()
	p := filepath.Join(root(), filepath.FromSlash(name))
	if _, err := os.Stat(p); err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatalf("shared material is missing: %v (set TIMBRE_SHARED)", err)
		}
		tb.Skipf("SKIPPED: shared material is missing: %v (set TIMBRE_SHARED)", err)
	}
	return p
}

func root() string {
	if p := os.Getenv("TIMBRE_SHARED"); p != "" {
		return p
	}
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "shared")
}
