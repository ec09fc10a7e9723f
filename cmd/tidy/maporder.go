package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// orderComment, on the line of a range over a map or above it, says why the
// order cannot show: `// order: the sum is the same in any`.
const orderComment = "// order: "

func checkMapOrder(t *tree, r *report) {
	known := inferTypes(t, isPure)
	t.pureFiles(func(_ *pkg, s *source) {
		c := &orderCheck{source: s, tree: t, types: known, report: r, excused: excusedLines(t, s, orderComment)}
		ast.Inspect(s.ast, c.visit)
	})
}

type orderCheck struct {
	source  *source
	tree    *tree
	types   *types.Info
	report  *report
	excused map[int]bool            // lines that say why the order cannot show
	entry   ast.Expr                // the value that the range looked at walks with
	sorted  map[*ast.CallExpr]bool  // iterators that are sorted at once
	after   map[ast.Stmt][]ast.Stmt // what follows a range in its block
}

// excusedLines returns the lines that a comment with a given beginning covers: its
// own, and the one after it.
func excusedLines(t *tree, s *source, beginning string) map[int]bool {
	lines := map[int]bool{}
	for _, g := range s.ast.Comments {
		for _, c := range g.List {
			if strings.HasPrefix(c.Text, beginning) {
				lines[t.fset.Position(c.Pos()).Line] = true
				lines[t.fset.Position(g.End()).Line+1] = true
			}
		}
	}
	return lines
}

func (c *orderCheck) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BlockStmt:
		c.noteFollowers(n.List)
	case *ast.CaseClause:
		c.noteFollowers(n.Body)
	case *ast.RangeStmt:
		if c.isMap(n.X) && !c.excused[c.line(n)] && !c.harmless(n) {
			c.report.at(n.Pos(), "walks a map in no order; sort the keys, or say why it cannot show in a comment %q", orderComment+"...")
		}
	case *ast.CallExpr:
		c.visitCall(n)
	}
	return true
}

// visitCall reports iterators over maps that are not sorted at once.
func (c *orderCheck) visitCall(n *ast.CallExpr) {
	path, name := c.source.member(n.Fun)
	if path == "slices" && strings.HasPrefix(name, "Sorted") && len(n.Args) > 0 {
		if inner, ok := n.Args[0].(*ast.CallExpr); ok {
			if c.sorted == nil {
				c.sorted = map[*ast.CallExpr]bool{}
			}
			c.sorted[inner] = true
		}
	}
	if path == "maps" && (name == "Keys" || name == "Values" || name == "All") && !c.sorted[n] && !c.excused[c.line(n)] {
		c.report.at(n.Pos(), "maps.%s gives no order; wrap it in slices.Sorted", name)
	}
}

func (c *orderCheck) line(n ast.Node) int { return c.tree.fset.Position(n.Pos()).Line }

func (c *orderCheck) isMap(e ast.Expr) bool {
	tv, ok := c.types.Types[e]
	if !ok || tv.Type == nil {
		return false
	}
	_, ok = tv.Type.Underlying().(*types.Map)
	return ok
}

func (c *orderCheck) noteFollowers(list []ast.Stmt) {
	if c.after == nil {
		c.after = map[ast.Stmt][]ast.Stmt{}
	}
	for i, stmt := range list {
		if labeled, ok := stmt.(*ast.LabeledStmt); ok {
			stmt = labeled.Stmt
		}
		c.after[stmt] = list[i+1:]
	}
}

// harmless reports whether the body of a range over a map does nothing in
// which the order could show.
func (c *orderCheck) harmless(n *ast.RangeStmt) bool {
	if n.Key == nil && n.Value == nil {
		return true // counts
	}
	var collected []string
	c.entry = n.Value
	if !c.harmlessAll(n.Body.List, &collected) {
		return false
	}
	for _, name := range collected {
		if !c.sortedAfter(name, c.after[n]) {
			return false
		}
	}
	return true
}

func (c *orderCheck) harmlessAll(list []ast.Stmt, collected *[]string) bool {
	for _, stmt := range list {
		if !c.harmlessOne(stmt, collected) {
			return false
		}
	}
	return true
}

func (c *orderCheck) harmlessOne(stmt ast.Stmt, collected *[]string) bool {
	switch s := stmt.(type) {
	case *ast.IncDecStmt, *ast.EmptyStmt, *ast.DeclStmt:
		return true
	case *ast.BranchStmt:
		return s.Tok == token.CONTINUE
	case *ast.BlockStmt:
		return c.harmlessAll(s.List, collected)
	case *ast.IfStmt:
		if s.Init != nil && !c.harmlessOne(s.Init, collected) {
			return false
		}
		return c.harmlessAll(s.Body.List, collected) && (s.Else == nil || c.harmlessOne(s.Else, collected))
	case *ast.RangeStmt: // over what one entry holds; a map inside is met by itself
		return c.harmlessAll(s.Body.List, collected)
	case *ast.ReturnStmt: // "is there any": the answer is the same whichever is found first
		return len(s.Results) == 1 && isBool(s.Results[0])
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && (isCallTo(call, "delete") || isCallTo(call, "clear"))
	case *ast.AssignStmt:
		return c.harmlessAssign(s, collected)
	}
	return false
}

func isBool(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && (id.Name == "true" || id.Name == "false")
}

func isCallTo(call *ast.CallExpr, builtin string) bool {
	f, ok := call.Fun.(*ast.Ident)
	return ok && f.Name == builtin
}

// harmlessAssign accepts new local names, map entries, sums, least and greatest
// values, constants, changes within the entry, and collecting into a slice,
// which it notes.
func (c *orderCheck) harmlessAssign(s *ast.AssignStmt, collected *[]string) bool {
	switch s.Tok {
	case token.DEFINE, token.OR_ASSIGN, token.AND_ASSIGN, token.XOR_ASSIGN:
		return true
	case token.ADD_ASSIGN, token.SUB_ASSIGN:
		return c.isInteger(s.Lhs[0])
	case token.ASSIGN:
	default:
		return false
	}
	for i, left := range s.Lhs {
		switch {
		case c.withinEntry(left):
		case len(s.Lhs) != len(s.Rhs):
			return false
		case isConstant(s.Rhs[i]):
		case isCallWith(s.Rhs[i], left, "min", "max"):
		case isCallWith(s.Rhs[i], left, "append"):
			*collected = append(*collected, types.ExprString(left))
		default:
			return false
		}
	}
	return true
}

// withinEntry reports whether an assignment to e changes an entry of a map, or
// what the entry that is walked points to.
func (c *orderCheck) withinEntry(e ast.Expr) bool {
	if index, ok := e.(*ast.IndexExpr); ok && c.isMap(index.X) {
		return true
	}
	entry, ok := c.entry.(*ast.Ident)
	changed := base(e)
	return ok && changed != nil && changed.Name == entry.Name
}

func isConstant(e ast.Expr) bool {
	_, literal := e.(*ast.BasicLit)
	return literal || isBool(e)
}

// isCallWith reports whether e calls one of the builtins with left among its
// arguments: left = append(left, ...), left = min(left, ...).
func isCallWith(e, left ast.Expr, builtins ...string) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok || !slices.ContainsFunc(builtins, func(b string) bool { return isCallTo(call, b) }) {
		return false
	}
	return slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return types.ExprString(a) == types.ExprString(left) })
}

func (c *orderCheck) isInteger(e ast.Expr) bool {
	tv, ok := c.types.Types[e]
	if !ok || tv.Type == nil {
		return false
	}
	b, ok := tv.Type.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// sortedAfter reports whether one of the statements that follow sorts what was
// collected.
func (c *orderCheck) sortedAfter(name string, follow []ast.Stmt) bool {
	found := false
	for _, stmt := range follow {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			path, f := c.source.member(call.Fun)
			sorts := path == "slices" && strings.HasPrefix(f, "Sort") || path == "sort"
			found = found || sorts && types.ExprString(call.Args[0]) == name
			return true
		})
	}
	return found
}
