package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCheckFailsWhereThereIsNothingToCheckOrItHasErrors(t *testing.T) {
	good, bad := t.TempDir(), t.TempDir()
	write(t, good, "pjsip.conf", "[a]\ntype=global\n")
	write(t, bad, "pjsip.conf", "#include \"gone.conf\"\n")
	for dir, fails := range map[string]bool{
		good: false, bad: true, filepath.Join(good, "pjsip.conf"): true, filepath.Join(good, "gone"): true,
	} {
		if err := (checkCmd{Etc: dir}).Run(); (err != nil) != fails {
			t.Errorf("%s: %v, want an error: %v", dir, err, fails)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
