package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// supporters are the functions that leave something out under -short for the tests
// that call them, whose packages leavesOut has to know by another sign.
func supporters() []string {
	return []string{"firmware-bridge/bridgetest.RunOverTCP", "internal/bound.Decoding"}
}

func parsed(t *testing.T, text []byte) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// shortIn returns the functions of a Go file that ask for testing.Short, in whatever
// form; "" stands for what is in none.
func shortIn(t *testing.T, text []byte) []string {
	t.Helper()
	if !bytes.Contains(text, []byte("Short")) {
		return nil
	}
	f := parsed(t, text)
	var in []string
	for _, d := range f.Decls {
		name := ""
		if d, ok := d.(*ast.FuncDecl); ok {
			name = d.Name.Name
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Short" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "testing" {
					in = append(in, name)
				}
			}
			return true
		})
	}
	return slices.Compact(in)
}

// calls reports whether a Go file calls a function or method of a name.
func calls(t *testing.T, text []byte, name string) bool {
	t.Helper()
	if !bytes.Contains(text, []byte(name)) {
		return false
	}
	found := false
	ast.Inspect(parsed(t, text), func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		found = found || ok && s.Sel.Name == name
		return !found
	})
	return found
}

// overlooked says why less is tested under -short in a package that the long part
// does not run; "" where that is not so.
func overlooked(t *testing.T, p testPackage) string {
	t.Helper()
	if p.leavesOut() {
		return ""
	}
	for _, text := range p.tests {
		if in := shortIn(t, text); len(in) > 0 {
			return "asks for testing.Short in " + strings.Join(in, ", ")
		}
		for _, s := range supporters() {
			if _, name, _ := strings.Cut(s, "."); calls(t, text, name) {
				return "calls " + s
			}
		}
	}
	return ""
}

// What -short leaves out, the long part makes up for, in whatever form a test asks for
// it: a package that leavesOut overlooks would be tested less, by all and for ever.
// That each Skip stands behind such a question, or one for the system or a program, is
// one of cmd/tidy's rules.
func TestNothingIsLeftOutForEver(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	all, err := listPackages(t.Context(), &shell{out: io.Discard, env: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	long := 0
	for _, p := range all {
		if strings.HasSuffix(p.path, "/internal/ci") {
			continue // speaks of it
		}
		if p.leavesOut() {
			long++
		}
		if why := overlooked(t, p); why != "" {
			t.Errorf("%s %s, and the long part does not run it", p.path, why)
		}
	}
	if long < 20 {
		t.Errorf("%d packages of %d are in the long part, this test sees too few", long, len(all))
	}
}

// Beside the tests themselves only the supporters ask for -short, and nothing but a
// test calls those.
func TestSupportersAreKnown(t *testing.T) {
	root := filepath.Join("..", "..")
	var found []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".git")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		for _, name := range shortIn(t, text) {
			found = append(found, folder+"."+name)
		}
		for _, s := range supporters() {
			if of, name, _ := strings.Cut(s, "."); of != folder && calls(t, text, name) {
				t.Errorf("%s calls %s: leavesOut does not know whose tests call that", path, s)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Sort(found); !slices.Equal(found, supporters()) {
		t.Errorf("%q ask for -short, known are %q: tell leavesOut of it", found, supporters())
	}
}

// What would be overlooked is found.
func TestOverlooked(t *testing.T) {
	for text, want := range map[string]bool{
		"func TestA(t *testing.T) { if testing.Short() { return } }":             false, // it is not overlooked
		"func TestA(t *testing.T) { few := testing.Short(); _ = few }":           true,
		"func TestA(t *testing.T) { if len(os.Args) > 9 || testing.Short() {} }": true,
		"var short = testing.Short":                                              true,
		"func TestA(t *testing.T) { suite.RunOverTCP(t, e) }":                    true,
		"func TestA(t *testing.T) { bridgetest.RunOverTCP(t, e) }":               false,
		"func TestA(t *testing.T) { b.Decoding(t, f) }":                          true,
		"func TestA(t *testing.T) {}":                                            false,
	} {
		p := testPackage{tests: [][]byte{[]byte("package a\n"), []byte("package a\n" + text)}}
		if why := overlooked(t, p); (why != "") != want {
			t.Errorf("%s: %q", text, why)
		}
	}
}
