package schema

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/timbre-pbx/timbre/pbx/config/conffile"
)

// Codes of the findings that decoding makes.
const (
	CodeUnknownKey = "unknown-key" // a key that the object does not have; kept
	CodeAliasKey   = "alias-key"   // another spelling of a key; taken
	CodeNoEffect   = "no-effect"   // a key of Asterisk's that does nothing here; kept
	CodeBadValue   = "bad-value"   // the value cannot be; the default stays
)

// maxHints bounds the searches for the key that was meant, for each Decode.
const maxHints = 50

// Defaults sets the fields of dst, a pointer to the described struct, that have a
// default.
func (o *Object) Defaults(dst any) {
	v := o.target(dst)
	for i := range o.Fields {
		f := &o.Fields[i]
		if f.Default != "" {
			// New tried the default on this very type.
			_ = f.set(v.Field(f.index), f.Keys[0], f.Default)
		}
	}
}

func (o *Object) target(dst any) reflect.Value {
	v := reflect.ValueOf(dst).Elem()
	if v.Type() != o.typ {
		panic("schema: " + v.Type().String() + " is not " + o.typ.String())
	}
	return v
}

// Decode applies vars to dst, which Defaults has filled; the last line of a key
// counts unless the field collects lines. what is the object in findings, such
// as `endpoint "300"`. Variables without a field come back as extra.
func (o *Object) Decode(dst any, vars []conffile.Variable, what string) (extra []conffile.Variable, findings []conffile.Finding) {
	v := o.target(dst)
	collected := map[int]bool{}
	for _, x := range vars {
		key := strings.ToLower(x.Key)
		n, ok := o.byKey[key]
		if !ok {
			if n, ok = o.alias[key]; !ok {
				extra = append(extra, x)
				findings = append(findings, o.unknown(key, x, what, len(extra) <= maxHints))
				continue
			}
			key = o.Fields[n].Keys[0]
			findings = append(findings, remark(CodeAliasKey, conffile.Warning, x, "%s: %q is taken as %q", what, x.Key, key))
		}
		f := &o.Fields[n]
		field := v.Field(f.index)
		if _, collects := field.Addr().Interface().(Setter); collects && f.Default != "" && !collected[n] {
			field.SetZero() // the first line takes the place of the default
		}
		collected[n] = true
		if err := f.set(field, key, x.Value); err != nil {
			findings = append(findings, f.bad(x, what, err))
		}
	}
	return extra, findings
}

func (f *Field) bad(x conffile.Variable, what string, err error) conffile.Finding {
	if f.Secret {
		return remark(CodeBadValue, conffile.Warning, x, "%s: the value of %q is bad: %v", what, x.Key, err)
	}
	return remark(CodeBadValue, conffile.Warning, x, "%s: %s = %q is bad: %v", what, x.Key, clip(x.Value), err)
}

func (o *Object) unknown(key string, x conffile.Variable, what string, hints bool) conffile.Finding {
	if o.kept[key] {
		return remark(CodeNoEffect, conffile.Info, x, "%s: %q is kept and has no effect here", what, clip(x.Key))
	}
	hint := ""
	if hints {
		if near := o.nearest(key); near != "" {
			hint = fmt.Sprintf("; is %q meant?", near)
		}
	}
	return remark(CodeUnknownKey, conffile.Warning, x, "%s: unknown key %q is kept and has no effect%s", what, clip(x.Key), hint)
}

func remark(code string, sev conffile.Severity, x conffile.Variable, format string, args ...any) conffile.Finding {
	return conffile.Finding{Code: code, Severity: sev, File: x.File, Line: x.Line, Text: fmt.Sprintf(format, args...)}
}

// clip bounds what a finding repeats of the text.
func clip(s string) string {
	const most = 80
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// nearest is the known key closest to key, "" where none is close enough.
func (o *Object) nearest(key string) string {
	const longest = 40
	if len(key) > longest {
		return ""
	}
	best, dist := "", 1+min(3, (len(key)+1)/3)
	consider := func(k string) {
		if d := len(k) - len(key); d > dist || -d > dist {
			return
		}
		if d := distance(key, k); d < dist || d == dist && best != "" && k < best {
			best, dist = k, d
		}
	}
	for k := range o.byKey {
		consider(k)
	}
	for k := range o.kept {
		consider(k)
	}
	return best
}

// distance is Levenshtein's: the fewest bytes to insert, delete or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost++
			}
			diag = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
