package main

import (
	"go/ast"
	"go/token"
	"strings"
)

// checkState lets a package-level variable be a value that nobody changes: an
// error, a fixed table, a compile-time assertion, an embedded file.
func checkState(t *tree, r *report) {
	for _, p := range t.packages {
		written := writes(p)
		for _, s := range p.files {
			for _, d := range s.ast.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.VAR {
					continue
				}
				for _, spec := range g.Specs {
					checkVar(s, g, spec.(*ast.ValueSpec), written, r)
				}
			}
		}
	}
}

func checkVar(s *source, g *ast.GenDecl, spec *ast.ValueSpec, written map[string]bool, r *report) {
	if embedded(g.Doc) || embedded(spec.Doc) {
		return
	}
	for i, name := range spec.Names {
		if name.Name == "_" {
			continue
		}
		var value ast.Expr
		switch {
		case i < len(spec.Values):
			value = spec.Values[i]
		case len(spec.Values) == 1:
			value = spec.Values[0] // a, b = f()
		}
		if why := mutable(s, value); why != "" {
			r.at(name.Pos(), "package variable %s %s", name.Name, why)
		} else if written[name.Name] {
			r.at(name.Pos(), "package variable %s is changed in its package", name.Name)
		}
	}
}

func embedded(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, c := range doc.List {
		if strings.HasPrefix(c.Text, "//go:embed ") {
			return true
		}
	}
	return false
}

// mutable says what is wrong with the initial value of a variable, if anything.
func mutable(s *source, value ast.Expr) string {
	switch v := value.(type) {
	case nil:
		return "has no initial value, so it waits to be given one"
	case *ast.CompositeLit:
		if path, name := s.member(v.Type); path == "sync" || path == "sync/atomic" {
			return "is a " + path + "." + name + ": state of all nodes in the process"
		}
	case *ast.CallExpr:
		if f, ok := v.Fun.(*ast.Ident); ok && (f.Name == "make" || f.Name == "new") {
			return "is made empty, so it waits to be filled"
		}
		path, name := s.member(v.Fun)
		if (path == "math/rand" || path == "math/rand/v2") && strings.HasPrefix(name, "New") {
			return "is a source of randomness, which changes with each draw"
		}
	case *ast.BasicLit:
		return "should be a constant"
	case *ast.UnaryExpr:
		if v.Op == token.AND {
			return "is a pointer to something that can be changed"
		}
	}
	return ""
}

// writes returns the names of the package-level variables of p that are
// assigned to, changed in place or have their address taken.
func writes(p *pkg) map[string]bool {
	written := map[string]bool{}
	for _, s := range p.files {
		global := globals(s)
		note := func(e ast.Expr) {
			if id := base(e); id != nil && global(id) {
				written[id.Name] = true
			}
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, e := range n.Lhs {
						note(e)
					}
				}
			case *ast.IncDecStmt:
				note(n.X)
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN {
					note(n.Key)
					note(n.Value)
				}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					note(n.X)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear" || f.Name == "copy") && len(n.Args) > 0 {
					note(n.Args[0])
				}
			}
			return true
		})
	}
	return written
}

// globals returns a test of whether an identifier of a file names a
// package-level variable rather than something local: the parser resolves
// what is declared in the file and lists the rest.
func globals(s *source) func(*ast.Ident) bool {
	unresolved := map[*ast.Ident]bool{}
	for _, id := range s.ast.Unresolved {
		unresolved[id] = true
	}
	return func(id *ast.Ident) bool {
		if unresolved[id] {
			return true
		}
		return id.Obj != nil && s.ast.Scope != nil && s.ast.Scope.Lookup(id.Name) == id.Obj
	}
}

// base returns the variable that an assignment to e changes, or nil.
func base(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}
