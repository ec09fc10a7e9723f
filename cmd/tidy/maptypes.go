package main

import (
	"go/ast"
	"go/types"
	"path"
)

// inferTypes finds the types of expressions in the packages that are wanted. The
// packages of this module are checked from their source; all others are taken to
// be empty, which costs nothing and loses only the types that they define: none
// of them hands a map to a pure package. Errors are expected, and left to the
// compiler.
func inferTypes(t *tree, wanted func(*pkg) bool) *types.Info {
	in := &inference{
		tree: t, wanted: wanted,
		info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}},
		done: map[string]*types.Package{},
	}
	for _, p := range t.packages {
		if wanted(p) {
			in.pkg(p)
		}
	}
	return in.info
}

// isPure reports whether a package holds a state machine.
func isPure(p *pkg) bool { return matchesAny(purePackages, p.dir) }

type inference struct {
	tree   *tree
	wanted func(*pkg) bool
	info   *types.Info
	done   map[string]*types.Package
}

// Import implements types.Importer.
func (in *inference) Import(importPath string) (*types.Package, error) {
	if importPath == "unsafe" {
		return types.Unsafe, nil
	}
	if dir, ours := in.tree.ours(importPath); ours {
		if p := in.tree.named(dir); p != nil {
			return in.pkg(p), nil
		}
	}
	if in.done[importPath] == nil {
		empty := types.NewPackage(importPath, defaultName(importPath))
		empty.MarkComplete()
		in.done[importPath] = empty
	}
	return in.done[importPath], nil
}

func (in *inference) pkg(p *pkg) *types.Package {
	importPath := path.Join(in.tree.module, p.dir)
	if known := in.done[importPath]; known != nil {
		return known
	}
	// A cycle of imports, which the compiler refuses, ends here.
	in.done[importPath] = types.NewPackage(importPath, defaultName(importPath))
	var files []*ast.File
	for _, s := range p.files {
		if !s.test {
			files = append(files, s.ast)
		}
	}
	conf := types.Config{
		Importer:         in,
		Error:            func(error) {},
		IgnoreFuncBodies: !in.wanted(p),
	}
	checked, _ := conf.Check(importPath, in.tree.fset, files, in.info) // reported through Error, and ignored
	in.done[importPath] = checked
	return checked
}
