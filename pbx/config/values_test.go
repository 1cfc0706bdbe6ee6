package config

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestACL(t *testing.T) {
	in, out := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("192.0.2.1")
	var none, acl, broken ACL
	if !none.Allows(out) {
		t.Error("without a rule all are let in")
	}
	for _, r := range [][2]string{{"deny", "0.0.0.0/0"}, {"permit", "10.0.0.0/8,!10.9.0.0/16"}} {
		if err := acl.SetConf(r[0], r[1]); err != nil {
			t.Fatal(err)
		}
	}
	if !acl.Allows(in) || acl.Allows(out) || acl.Allows(netip.MustParseAddr("10.9.0.1")) || !acl.Allows(netip.MustParseAddr("::ffff:10.0.0.1")) {
		t.Errorf("rules %v", acl)
	}
	if err := broken.SetConf("deny", "0.0.0/0"); err == nil || broken.Allows(in) {
		t.Errorf("a broken line must deny: %v, %v", broken, err)
	}
}

func TestAddrMatch(t *testing.T) {
	var m AddrMatch
	if err := m.SetConf("match", "192.0.2.1:5060, 10.0.0.0/8 ,sip.example.com"); err != nil {
		t.Fatal(err)
	}
	if !m.Prefixes.Contains(netip.MustParseAddr("192.0.2.1")) || !cmp.Equal(m.Hosts, []string{"sip.example.com"}) {
		t.Errorf("got %+v", m)
	}
	if err := m.SetConf("match", "10.0.0.0/99"); err == nil {
		t.Error("a bad mask is taken")
	}
}

func TestAlgorithms(t *testing.T) {
	a := Algorithms{"MD5"}
	if err := a.SetConf("", "sha-256, md5"); err != nil || !cmp.Equal(a, Algorithms{"SHA-256", "MD5"}) {
		t.Errorf("%v, %v", a, err)
	}
	if err := a.SetConf("", "MD4"); err == nil || len(a) != 2 {
		t.Errorf("%v, %v", a, err)
	}
}
