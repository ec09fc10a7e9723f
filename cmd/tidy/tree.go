package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// tree is the source of one module as the rules see it.
type tree struct {
	root     string // absolute path of the folder of go.mod
	module   string
	fset     *token.FileSet
	packages []*pkg    // ascending by folder
	others   []*source // every file that is not Go, ascending by path
}

// pkg is the Go files of one folder, tests included.
type pkg struct {
	dir   string // relative to the root, slashes; "." is the root
	files []*source
}

// source is one file.
type source struct {
	path string // relative to the root, slashes
	text []byte
	test bool      // ends in _test.go
	ast  *ast.File // Go only; what could be parsed when err is set
	err  error
}

// load reads the tree below root, but for testdata and for hidden, vendored
// and ignored folders.
func load(root string) (*tree, error) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	t := &tree{root: root, module: modulePath(string(mod)), fset: token.NewFileSet()}
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipFolder(filepath.ToSlash(rel)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		return t.add(filepath.ToSlash(rel))
	})
	return t, err
}

// modulePath finds the module directive, which go.mod may have once.
func modulePath(mod string) string {
	for line := range strings.Lines(mod) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return strings.Trim(strings.TrimSpace(name), `"`)
		}
	}
	return ""
}

// skipFolder keeps build outputs and what belongs to tools out of the tree.
// .ci is the project's own.
func skipFolder(rel string) bool {
	switch base := path.Base(rel); {
	case rel == "." || base == ".ci":
		return false
	case rel == "bin" || rel == "out":
		return true
	default:
		return base == "testdata" || base == "vendor" || base == "node_modules" || base[0] == '.' || base[0] == '_'
	}
}

func (t *tree) add(rel string) error {
	text, err := os.ReadFile(filepath.Join(t.root, filepath.FromSlash(rel)))
	if err != nil {
		return err
	}
	s := &source{path: rel, text: text}
	if path.Ext(rel) != ".go" {
		t.others = append(t.others, s)
		return nil
	}
	s.test = strings.HasSuffix(rel, "_test.go")
	s.ast, s.err = parser.ParseFile(t.fset, rel, text, parser.ParseComments)
	dir := path.Dir(rel)
	at, found := slices.BinarySearchFunc(t.packages, dir, func(p *pkg, dir string) int { return strings.Compare(p.dir, dir) })
	if !found {
		t.packages = slices.Insert(t.packages, at, &pkg{dir: dir})
	}
	t.packages[at].files = append(t.packages[at].files, s)
	return nil
}

// named returns the package in a folder, or nil.
func (t *tree) named(dir string) *pkg {
	for _, p := range t.packages {
		if p.dir == dir {
			return p
		}
	}
	return nil
}

// ours returns the folder that an import path of this module names.
func (t *tree) ours(importPath string) (dir string, ok bool) {
	if importPath == t.module {
		return ".", true
	}
	return strings.CutPrefix(importPath, t.module+"/")
}

// thirdParty reports whether an import path is neither the standard library's
// nor this module's.
func (t *tree) thirdParty(importPath string) bool {
	if _, ok := t.ours(importPath); ok {
		return false
	}
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".")
}

// imported is one import of a file.
type imported struct {
	path string
	name string // by which the file calls it
	spec *ast.ImportSpec
}

func (s *source) imports() []imported {
	var all []imported
	for _, spec := range s.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		i := imported{path: p, name: defaultName(p), spec: spec}
		if spec.Name != nil {
			i.name = spec.Name.Name
		}
		all = append(all, i)
	}
	return all
}

// defaultName is the last element of an import path that is not a version.
func defaultName(p string) string {
	base := path.Base(p)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(p))
	}
	return base
}

// testing reports whether a file is a test, or support for tests.
func (s *source) testing() bool {
	return s.test || slices.ContainsFunc(s.imports(), func(i imported) bool { return i.path == "testing" })
}

// member returns the import path and the name behind an expression such as
// time.Sleep, or empty strings.
func (s *source) member(e ast.Expr) (importPath, name string) {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || x.Obj != nil { // Obj: a variable of this file, not a package
		return "", ""
	}
	for _, i := range s.imports() {
		if i.name == x.Name {
			return i.path, sel.Sel.Name
		}
	}
	return "", ""
}

// matches reports whether a folder fits a pattern: an exact one, or "x/..."
// for x and all below it.
func matches(pattern, dir string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return dir == base || strings.HasPrefix(dir, base+"/")
	}
	return pattern == dir
}

func matchesAny(patterns []string, dir string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, dir) })
}
