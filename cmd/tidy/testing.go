package main

import (
	"go/ast"
	"strings"
)

// awaiting is the one package that may sleep on behalf of tests, and requiring
// the one that may skip them.
const (
	awaiting  = "internal/await"
	requiring = "internal/peers"
)

// checkSleeps leaves alone what runs in a bubble of testing/synctest, where
// time passes as soon as nobody has anything to do.
func checkSleeps(t *tree, r *report) {
	t.goFiles(func(p *pkg, s *source) {
		if !s.testing() || p.dir == awaiting {
			return
		}
		deadlines := map[ast.Node]bool{} // in a select, a timer bounds the wait
		ast.Inspect(s.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				path, _ := s.member(n.Fun)
				return path != "testing/synctest" // whose time is not real
			case *ast.SelectorExpr:
				if path, name := s.member(n); path == "time" && name == "Sleep" {
					r.at(n.Pos(), "time.Sleep in a test; await the condition with %s", awaiting)
				}
			case *ast.CommClause:
				if n.Comm != nil {
					deadlines[n.Comm] = true
				}
			case *ast.ExprStmt:
				if !deadlines[n] && receivesFromTimer(s, n.X) {
					r.at(n.Pos(), "waiting for a timer in a test; await the condition with %s", awaiting)
				}
			}
			return true
		})
	})
}

func receivesFromTimer(s *source, e ast.Expr) bool {
	u, ok := e.(*ast.UnaryExpr)
	if !ok {
		return false
	}
	call, ok := u.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	path, name := s.member(call.Fun)
	return path == "time" && (name == "After" || name == "Tick")
}

// checkSkips allows a test to step aside only where everybody is told
// (internal/peers), under -short, by operating system, and for inputs that a
// fuzz target has no question about.
func checkSkips(t *tree, r *report) {
	t.goFiles(func(p *pkg, s *source) {
		if !s.testing() || p.dir == requiring {
			return
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || strings.HasPrefix(f.Name.Name, "Fuzz") {
				continue
			}
			findSkips(s, f.Body, r)
		}
	})
}

func findSkips(s *source, body ast.Node, r *report) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			return !excuses(s, n.Cond)
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				break
			}
			if name := sel.Sel.Name; name == "Skip" && len(n.Args) > 0 || name == "Skipf" || name == "SkipNow" {
				r.at(n.Pos(), "%s in a test; ask for what it needs with %s", name, requiring)
			}
		}
		return true
	})
}

// excuses reports whether a condition asks for -short or the system.
func excuses(s *source, cond ast.Expr) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			path, name := s.member(e)
			found = found || path == "testing" && name == "Short" || path == "runtime" && name == "GOOS"
		}
		return !found
	})
	return found
}
