package timbre

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

const module = "github.com/timbre-pbx/timbre/"

// layers gives each part of the tree its floor: a package may import what
// stands on a lower floor only. The longest matching prefix counts. Packages
// that share an entry are one part and may import each other.
var layers = []struct {
	prefix string
	floor  int
	reason string
}{
	{"internal/shared", 0, "finds reference material for tests"},
	{"audio", 1, "samples; knows no packets"},
	{"board", 1, "hardware; knows no calls"},
	{"media", 2, "packets and their clocks; knows no calls"},
	{"pbx/call", 3, "the words of the PBX"},
	{"pbx/config", 3, "objects and their text"},
	{"pbx/store", 3, "bytes that last"},
	{"pbx/event", 4, "what happened, in the words of pbx/call"},
	{"pbx/sip", 4, "signalling; owns dialogs, knows no channel"},
	{"pbx/channel", 5, "the logic of one leg"},
	{"pbx/registrar", 5, "who is where"},
	{"pbx/cdr", 5, "call records, made of events"},
	{"pbx/bridge", 6, "who hears whom"},
	{"pbx/dialplan", 6, "drives a channel"},
	{"pbx/presence", 6, "states of devices and people"},
	{"pbx/dial", 7, "calls out and bridges"},
	{"pbx/endpoint", 7, "SIP as a channel technology"},
	{"pbx/apps", 8, "dialplan applications"},
	{"pbx/funcs", 8, "dialplan functions"},
	{"pbx", 9, "composes the PBX"},
	{"web", 10, "pages and APIs"},
	{"firmware", 11, "composes the box"},
	{"cmd", 12, "the command line"},
}

// extraEdges are imports that the floors forbid and that are allowed all the same.
var extraEdges = map[[2]string]string{}

func part(pkg string) (string, int) {
	best, floor := "", -1
	for _, l := range layers {
		if (pkg == l.prefix || strings.HasPrefix(pkg, l.prefix+"/")) && len(l.prefix) > len(best) {
			best, floor = l.prefix, l.floor
		}
	}
	return best, floor
}

type source struct {
	pkg  string
	path string
	file *ast.File
	fset *token.FileSet
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); n != "." && (strings.HasPrefix(n, ".") || n == "node_modules" || n == "testdata" || n == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, source{path.Dir(filepath.ToSlash(p)), filepath.ToSlash(p), f, fset})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestArchImportsGoDownOnly(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "." {
			continue
		}
		test := strings.HasSuffix(s.path, "_test.go")
		from, floor := part(s.pkg)
		if floor < 0 {
			t.Errorf("%s: package %s stands on no floor; add it to layers with a reason", s.path, s.pkg)
			continue
		}
		for _, im := range s.file.Imports {
			target, ok := strings.CutPrefix(strings.Trim(im.Path.Value, `"`), module)
			if !ok {
				continue
			}
			to, toFloor := part(target)
			if to == from || toFloor < floor || (test && toFloor <= floor) {
				continue
			}
			if _, ok := extraEdges[[2]string{from, to}]; !ok {
				t.Errorf("%s: %s (floor %d) imports %s (floor %d)", s.path, from, floor, to, toFloor)
			}
		}
	}
}

func TestArchNoBareGoStatement(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s: a goroutine starts through a group that its owner waits for", s.fset.Position(g.Pos()))
			}
			return true
		})
	}
}

func TestArchEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.pkg == "." || strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		documented[s.pkg] = documented[s.pkg] || s.file.Doc != nil
	}
	var missing []string
	for pkg, ok := range documented {
		if !ok {
			missing = append(missing, pkg)
		}
	}
	sort.Strings(missing)
	for _, pkg := range missing {
		t.Errorf("package %s has no package comment", pkg)
	}
}

func TestArchNoDrawers(t *testing.T) {
	for _, s := range sources(t) {
		for _, bad := range []string{"util", "common", "manager", "helper"} {
			if strings.Contains(path.Base(s.path), bad) || path.Base(s.pkg) == bad {
				t.Errorf("%s: name it for what it holds", s.path)
			}
		}
		lines := s.fset.Position(s.file.End()).Line
		if lines > 600 && !strings.HasSuffix(s.path, "_test.go") {
			t.Errorf("%s: %d lines; is it still about one thing?", s.path, lines)
		}
	}
}

func TestArchNoInitAndNoRootContext(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: things are registered in a list, not by init", s.path)
			}
		}
		if strings.HasPrefix(s.pkg, "cmd/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || (sel.Sel.Name != "Background" && sel.Sel.Name != "TODO") {
				return true
			}
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == "context" {
				t.Errorf("%s: contexts come from main", s.fset.Position(sel.Pos()))
			}
			return true
		})
	}
}
