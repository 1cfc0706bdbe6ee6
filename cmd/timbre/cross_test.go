package main

import (
	"debug/elf"
	"flag"
	"path/filepath"
	"slices"
	"testing"
)

var crossDir = flag.String("cross", "", "folder with the cross-built binaries")

// The boards' root file systems promise a libc of at least this version and
// these libraries, nothing else.
var allowedLibs = []string{"libc.so.6", "libm.so.6"}

func TestCrossBuilds(t *testing.T) {
	if *crossDir == "" {
		t.Skip("SKIPPED: run by `make cross-check`, which names the folder")
	}
	for name, machine := range map[string]elf.Machine{"timbre-arm64": elf.EM_AARCH64, "timbre-armv7": elf.EM_ARM} {
		t.Run(name, func(t *testing.T) {
			f, err := elf.Open(filepath.Join(*crossDir, name))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if f.Machine != machine {
				t.Errorf("machine %v, want %v", f.Machine, machine)
			}
			libs, err := f.ImportedLibraries()
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range libs {
				if !slices.Contains(allowedLibs, l) {
					t.Errorf("needs %s, which the board does not promise", l)
				}
			}
			for _, p := range f.Progs {
				if p.Type == elf.PT_INTERP && len(libs) == 0 {
					t.Error("has an interpreter but needs no library")
				}
			}
			syms, err := f.DynamicSymbols()
			if err != nil && len(libs) > 0 {
				t.Fatal(err)
			}
			for _, s := range syms {
				if v := s.Version; len(v) > 6 && v[:6] == "GLIBC_" && newer(v[6:], "2.34") {
					t.Errorf("symbol %s wants %s, newer than GLIBC_2.34", s.Name, v)
				}
			}
		})
	}
}

// newer compares two dotted versions of two parts.
func newer(a, b string) bool {
	pa, pb := parts(a), parts(b)
	return pa[0] > pb[0] || (pa[0] == pb[0] && pa[1] > pb[1])
}

func parts(v string) (p [2]int) {
	i := 0
	for _, c := range v {
		switch {
		case c == '.':
			if i++; i > 1 {
				return p
			}
		case c >= '0' && c <= '9':
			p[i] = p[i]*10 + int(c-'0')
		}
	}
	return p
}
