package config

import (
	"testing"
	"testing/fstest"
)

func TestLoadOfAnEmptyDirectoryGivesDefaults(t *testing.T) {
	s, findings := Load(fstest.MapFS{})
	if len(findings) != 0 {
		t.Errorf("findings: %v", findings)
	}
	if s.RTP.Start != 10000 || s.RTP.StrictRTP != "yes" || s.HTTP.Present || s.Extensions != nil {
		t.Errorf("got %+v", s)
	}
	if a := s.Global.DefaultAuthAlgorithmsUAS; len(a) != 1 || a[0] != "MD5" {
		t.Errorf("algorithms %v", a)
	}
}
