package conffile

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

func dir(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return fsys
}

// dump is "[name] k=v k=v" for each section, a line each.
func dump(f *File) string {
	var b strings.Builder
	for _, s := range f.Sections {
		fmt.Fprintf(&b, "[%s]", s.Name)
		for _, v := range s.Vars {
			op := "="
			if v.Object {
				op = "=>"
			}
			fmt.Fprintf(&b, " %s%s%s", v.Key, op, v.Value)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestRead(t *testing.T) {
	tests := []struct {
		name string
		fsys fstest.MapFS
		want string
		find string // findings, one a line
	}{
		{
			"the blank of the talk's slide is accepted and reported",
			dir("m", "[default] (!)\nsecret=s\n[e] (!,default)\nc=o\n[x] (e)\nd=1\n"),
			"[x] secret=s c=o d=1\n",
			"m:1: warning: a blank stands between [default] and \"(\"; Asterisk would ignore the list, here it counts [blank-before-(]\n" +
				"m:3: warning: a blank stands between [e] and \"(\"; Asterisk would ignore the list, here it counts [blank-before-(]\n" +
				"m:5: warning: a blank stands between [x] and \"(\"; Asterisk would ignore the list, here it counts [blank-before-(]\n",
		},
		{
			"a list may extend and inherit at once",
			dir("m", "[t](!)\nx=1\n[a]\ny=2\n[a](+,t)\nz=3\n[a](+)\nq=>4"),
			"[a] y=2 x=1 z=3 q=>4\n", "",
		},
		{
			"sections of one name stay apart",
			dir("m", "[a]\ntype=endpoint\n[a]\ntype=aor\n"),
			"[a] type=endpoint\n[a] type=aor\n", "",
		},
		{
			"a glob includes its files in the order of their names",
			dir("m", "[a]\n#include \"u/*.conf\"\nz=1\n", "u/2.conf", "n=2\n", "u/1.conf", "n=1\n", "u/x.bak", "n=3\n"),
			"[a] n=1 n=2 z=1\n", "",
		},
		{
			"angle brackets, Asterisk's folder and a glob without files",
			dir("m", "[a]\n#include <i>\n#include /etc/asterisk/i\n#include no*\n", "i", "n=1"),
			"[a] n=1 n=1\n", "m:4: info: no file matches \"no*\" [include-empty]\n",
		},
		{
			"a missing #tryinclude is silent",
			dir("m", "[a]\n#tryinclude nope.conf\n#tryinclude ../up\nx=1\n"), "[a] x=1\n", "",
		},
		{
			"a missing #include is an error",
			dir("m", "[a]\n\n#include nope.conf\n#include ../up\n"), "[a]\n",
			"m:3: error: \"nope.conf\" cannot be read: file does not exist [include-missing]\n" +
				"m:4: error: \"../up\" lies outside the configuration directory [include-missing]\n",
		},
		{
			"a missing file is an error of its own",
			dir(), "", "m: error: \"m\" cannot be read: file does not exist [include-missing]\n",
		},
		{
			"an include cycle is named where it closes",
			dir("m", "[a]\n#include i\n", "i", "x=1\n#include m\ny=2"), "[a] x=1 y=2\n",
			"i:2: error: \"m\" is being read already; it cannot include itself [include-cycle]\n",
		},
		{
			"#exec is refused",
			dir("m", "[a]\n#exec /bin/true\n#bogus\n#include\n"), "[a]\n",
			"m:2: warning: #exec is refused: a configuration runs no program [exec-refused]\n" +
				"m:3: warning: #bogus is no directive; the line is ignored [directive]\n" +
				"m:4: warning: #include names no file; it is ignored [directive]\n",
		},
		{
			"syntax errors say where",
			dir("m", "x=1\n[a\n[b](c\n[d](+)\n[e](f)\ny=1\n"), "[e] y=1\n",
			"m:1: error: \"x\" stands before the first [section] [syntax]\n" +
				"m:2: error: the section header has no \"]\" [syntax]\n" +
				"m:3: error: the list behind [b] has no \")\" [syntax]\n" +
				"m:4: error: there is no section [d] before this line that (+) could extend [template-missing]\n" +
				"m:5: error: there is no section or template \"f\" before this line for [e] to inherit from [template-missing]\n",
		},
		{
			"a line past 64 KiB is an error, the rest is read",
			dir("m", "[a]\nx="+strings.Repeat("y", MaxLine)+"\nz=1\n"), "[a] z=1\n",
			"m:2: error: the line is longer than 65536 bytes [line-long]\n",
		},
		{
			"comments nest and end with their file",
			dir("m", "[a]\n#include i\nx=1;-- a ;-- b --; c --;2\n;-- open\ny=1\n", "i", "k=v\n;-- open"),
			"[a] k=v x=12\n",
			"i:2: warning: the comment \";--\" is not closed by \"--;\"; it ends with the file [comment-open]\n" +
				"m:4: warning: the comment \";--\" is not closed by \"--;\"; it ends with the file [comment-open]\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, findings := Read(tt.fsys, "m")
			var b strings.Builder
			for _, x := range findings {
				fmt.Fprintln(&b, x)
			}
			if got := dump(f); got != tt.want {
				t.Errorf("sections:\n%swant:\n%s", got, tt.want)
			}
			if b.String() != tt.find {
				t.Errorf("findings:\n%swant:\n%s", &b, tt.find)
			}
		})
	}
}

func TestAnInheritedVariableKeepsThePlaceOfItsTemplate(t *testing.T) {
	f, _ := Read(dir("m", "#include t\n[a](t)\ny=1\n", "t", "[t](!)\nx=1\n"), "m")
	v := f.Section("a").Vars[0]
	if !v.Inherited || v.File != "t" || v.Line != 2 {
		t.Errorf("got %+v", v)
	}
	if v := f.Section("a").Vars[1]; v.Inherited || v.File != "m" || v.Line != 3 {
		t.Errorf("got %+v", v)
	}
}

func TestReadingIsBounded(t *testing.T) {
	var nested strings.Builder
	deep := fstest.MapFS{}
	for i := range 40 {
		deep[fmt.Sprint("f", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "#include f%d\n#include f%d\n", i+1, i+1)}
	}
	deep["m"] = &fstest.MapFile{Data: []byte("#include f0\n")}
	nested.WriteString("[t](!)\n" + strings.Repeat("x=1\n", 1000))
	nested.WriteString("[a](" + strings.Repeat("t,", 1000) + ")\n")
	tests := map[string]fstest.MapFS{
		"includes that double at each depth": deep,
		"a list that multiplies a template":  dir("m", nested.String()),
		"a value that grows":                 dir("m", "[a]\n"+strings.Repeat("x+=0123456789\n", 10000)),
		"many sections":                      dir("m", strings.Repeat("[a]\n", MaxSections+1)),
	}
	for name, fsys := range tests {
		t.Run(name, func(t *testing.T) {
			_, findings := Read(fsys, "m")
			if !HasErrors(findings) || len(findings) > MaxFindings {
				t.Errorf("%d findings, errors: %v", len(findings), HasErrors(findings))
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("[a] (!)\nx=1\n[b](a)\ny=>2;c\ny+=3\\;\n#include i\n", "z=1\n[c](+)\n")
	f.Add(";-- [a]\n--;[b](!,a)\n#exec x\n", "#include m\n")
	f.Add("[a]\n#include *\n", "[t](+TEMPLATES=include&x=1)\n")
	f.Fuzz(func(t *testing.T, main, included string) {
		file, findings := Read(dir("m", main, "i", included), "m")
		for _, s := range file.Sections {
			for _, v := range s.Vars {
				if v.Key == "" || v.Line < 1 || v.File == "" {
					t.Fatalf("variable without key or place: %+v", v)
				}
			}
		}
		for _, x := range findings {
			if x.File == "" || x.Code == "" || x.Text == "" {
				t.Fatalf("finding without place or text: %+v", x)
			}
		}
	})
}
