package schema

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Setter is a value that collects lines of one or more keys.
type Setter interface {
	// SetConf applies one line; on an error the value keeps what it can.
	SetConf(key, value string) error
}

// Field is what a struct's tags say about one option, immutable.
type Field struct {
	Name    string   // of the Go field
	Keys    []string // the first is the canonical one
	Aliases []string // other spellings, taken with a remark
	Default string
	Enum    []string // permitted values, nil for any
	Ref     string   // kind of object that the value names
	Apply   string   // when a change takes effect; "" means the next call
	Secret  bool

	low, high int64
	ranged    bool
	index     int
}

// Object describes one struct type, immutable.
type Object struct {
	Fields []Field
	kept   map[string]bool // keys of Asterisk's that have no effect here
	byKey  map[string]int
	alias  map[string]int
	typ    reflect.Type
}

// New describes the struct type T; kept lists further keys that the format knows
// and that have no effect. It panics where T's tags are wrong: that is a mistake
// in the program, and the test of the struct's package finds it.
func New[T any](kept ...string) *Object {
	o := &Object{
		typ:  reflect.TypeFor[T](),
		kept: map[string]bool{}, byKey: map[string]int{}, alias: map[string]int{},
	}
	for _, k := range kept {
		o.kept[k] = true
	}
	for i := range o.typ.NumField() {
		sf := o.typ.Field(i)
		conf, ok := sf.Tag.Lookup("conf")
		if !ok {
			continue
		}
		f := Field{
			Name: sf.Name, Keys: strings.Split(conf, ","), Default: sf.Tag.Get("default"),
			Ref: sf.Tag.Get("ref"), Apply: sf.Tag.Get("apply"), index: i,
			Secret: sf.Type == reflect.TypeFor[Secret](),
		}
		f.parseBounds(sf.Tag)
		o.enter(f)
	}
	o.check()
	return o
}

// Has tells whether key, or an alias of it, has a field.
func (o *Object) Has(key string) bool {
	key = strings.ToLower(key)
	_, ok := o.byKey[key]
	_, alias := o.alias[key]
	return ok || alias
}

func (f *Field) parseBounds(tag reflect.StructTag) {
	if s := tag.Get("alias"); s != "" {
		f.Aliases = strings.Split(s, ",")
	}
	if s := tag.Get("enum"); s != "" {
		f.Enum = strings.Split(s, "|")
	}
	s := tag.Get("range")
	if s == "" {
		return
	}
	low, high, _ := strings.Cut(s, "-")
	var err error
	if f.low, err = strconv.ParseInt(low, 10, 64); err != nil {
		panic("schema: range of " + f.Name)
	}
	f.high, f.ranged = 1<<62, true
	if high != "" {
		if f.high, err = strconv.ParseInt(high, 10, 64); err != nil {
			panic("schema: range of " + f.Name)
		}
	}
}

func (o *Object) enter(f Field) {
	n := len(o.Fields)
	o.Fields = append(o.Fields, f)
	for _, k := range f.Keys {
		if _, twice := o.byKey[k]; twice {
			panic("schema: two fields with the key " + k)
		}
		o.byKey[k] = n
	}
	for _, k := range f.Aliases {
		o.alias[k] = n
	}
}

// check fills a struct with the defaults once, so that a wrong one shows at once.
func (o *Object) check() {
	v := reflect.New(o.typ).Elem()
	for i := range o.Fields {
		f := &o.Fields[i]
		if f.Default == "" {
			continue
		}
		if err := f.set(v.Field(f.index), f.Keys[0], f.Default); err != nil {
			panic(fmt.Sprintf("schema: default of %s: %v", f.Name, err))
		}
	}
}

// set parses value into the field v.
func (f *Field) set(v reflect.Value, key, value string) error {
	if f.Enum != nil {
		value = strings.ToLower(value)
		if !slices.Contains(f.Enum, value) {
			return fmt.Errorf("want one of %s", strings.Join(f.Enum, ", "))
		}
	}
	switch t := v.Addr().Interface().(type) {
	case Setter:
		return t.SetConf(key, value)
	case *Seconds:
		return f.setSeconds(t, value)
	case encoding.TextUnmarshaler:
		return t.UnmarshalText([]byte(value))
	case *bool:
		b, err := ParseBool(value)
		if err == nil {
			*t = b
		}
		return err
	case *[]string:
		*t = slices.Collect(list(value))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(value)
		return nil
	case reflect.Int, reflect.Uint16:
		return f.setInt(v, value)
	}
	return fmt.Errorf("a field of type %s has no text form", v.Type())
}

func (f *Field) inRange(n int64) error {
	if f.ranged && (n < f.low || n > f.high) {
		if f.high == 1<<62 {
			return fmt.Errorf("want at least %d", f.low)
		}
		return fmt.Errorf("want %d to %d", f.low, f.high)
	}
	return nil
}

func (f *Field) setInt(v reflect.Value, value string) error {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return fmt.Errorf("want a whole number")
	}
	if err := f.inRange(n); err != nil {
		return err
	}
	if v.Kind() == reflect.Uint16 {
		if n < 0 || n > 0xffff {
			return fmt.Errorf("want 0 to 65535")
		}
		v.SetUint(uint64(n))
		return nil
	}
	if v.OverflowInt(n) {
		return fmt.Errorf("the number is too large")
	}
	v.SetInt(n)
	return nil
}

func (f *Field) setSeconds(s *Seconds, value string) error {
	var got Seconds
	if err := got.UnmarshalText([]byte(value)); err != nil {
		return err
	}
	if err := f.inRange(int64(got.Duration().Seconds())); err != nil {
		return err
	}
	*s = got
	return nil
}
