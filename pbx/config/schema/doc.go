// Package schema turns the variables of a section into a struct. One struct with
// field tags is the truth about an object: its keys, defaults, ranges and
// references; the field's doc comment is its help.
//
//	MaxContacts int    `conf:"max_contacts" default:"0" range:"0-1000" apply:"next call"`
//	Password    Secret `conf:"password"`
//	AORs        []string `conf:"aors" ref:"aor"`
//
// Tags: conf is the key (several, comma separated, for a [Setter]); alias holds
// keys that are taken with a remark; default, range ("low-high", high may be
// empty) and enum ("a|b") bound the value; ref names the kind of object that the
// value names; apply says when a change takes effect. A bad value never stops a
// load: the default stays and a finding says so.
package schema
