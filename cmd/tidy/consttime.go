package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// publicComment, on the line of a comparison or above it, says why its time may
// tell where the two differ: `// public: hashes of what was sent in the open`.
const publicComment = "// public: "

// comparers are the functions that stop at the first difference.
var comparers = map[string][]string{
	"bytes":   {"Equal", "Compare", "EqualFold", "HasPrefix", "HasSuffix", "Contains", "Index"},
	"slices":  {"Equal", "EqualFunc", "Compare", "Contains", "Index"},
	"strings": {"Compare", "EqualFold", "HasPrefix", "HasSuffix", "Contains", "Index"},
	"reflect": {"DeepEqual"},
	"maps":    {"Equal"},
}

// checkConstTime finds comparisons whose time tells how much of a secret was
// guessed. What a value is for is read from its name and the name of its type.
func checkConstTime(t *tree, r *report) {
	known := inferTypes(t, func(*pkg) bool { return true })
	for _, p := range t.packages {
		if matchesAny(toolPackages, p.dir) {
			continue
		}
		for _, s := range p.files {
			if s.testing() {
				continue // tests know the secrets they compare
			}
			c := &timeCheck{source: s, types: known, report: r, excused: excusedLines(t, s, publicComment)}
			ast.Inspect(s.ast, c.visit)
		}
	}
}

// toolPackages work on source: their keys and tokens are those of a grammar.
var toolPackages = []string{"cmd/tidy", "cmd/mutants", "internal/..."}

type timeCheck struct {
	source  *source
	types   *types.Info
	report  *report
	excused map[int]bool
}

func (c *timeCheck) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			c.compared(n.OpPos, n.Op.String(), n.X, n.Y)
		}
	case *ast.SwitchStmt:
		if n.Tag != nil {
			c.switched(n)
		}
	case *ast.CallExpr:
		importPath, name := c.source.member(n.Fun)
		if slices.Contains(comparers[importPath], name) {
			c.compared(n.Pos(), importPath+"."+name, n.Args...)
		}
	}
	return true
}

func (c *timeCheck) switched(n *ast.SwitchStmt) {
	for _, clause := range n.Body.List {
		if clause, ok := clause.(*ast.CaseClause); ok {
			for _, e := range clause.List {
				c.compared(e.Pos(), "switch", n.Tag, e)
			}
		}
	}
}

// compared reports a comparison of values one of which is a secret by its name.
// Next to a constant or a zero value there is nothing to guess.
func (c *timeCheck) compared(pos token.Pos, how string, values ...ast.Expr) {
	if c.excused[c.report.fset.Position(pos).Line] || slices.ContainsFunc(values, c.fixed) {
		return
	}
	for _, v := range values {
		if what := c.secret(v, how == "reflect.DeepEqual"); what != "" {
			c.report.at(pos, "%s takes longer the more of %s is right; use hmac.Equal, or say why that tells nothing in a comment %q", how, what, publicComment+"...")
			return
		}
	}
}

// fixed reports whether a value is a constant, nil or a zero value.
func (c *timeCheck) fixed(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		if e.Name == "nil" {
			return true
		}
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	}
	tv, ok := c.types.Types[e]
	return ok && tv.Value != nil
}

// secret returns how a secret is called, or "" for a value that is none: one that
// is neither bytes nor made of them, or that neither its own name, nor its type,
// nor what it was made from calls one. Of a value whose type is not known the name
// decides. A pointer is one only if what it points to is compared.
func (c *timeCheck) secret(e ast.Expr, followed bool) string {
	t := c.typeOf(e)
	if p, ok := t.(*types.Pointer); ok && followed {
		t = p.Elem()
	}
	if t != nil && !holdsBytes(t) {
		return ""
	}
	for range maxOrigins {
		t := c.typeOf(e)
		if isPublicType(t) {
			return ""
		}
		if name := calledBy(e); saysSecret(name) {
			return name
		}
		if name := secretType(t, 0); name != "" {
			return name
		}
		if e = origin(e); e == nil {
			break
		}
	}
	return ""
}

// maxOrigins is how many steps a value is followed back.
const maxOrigins = 4

// origin returns what a value was made from: what a local variable was set to when
// it was declared, or what a method such as Encode encodes; nil if it is neither.
func origin(e ast.Expr) ast.Expr {
	switch e := ast.Unparen(e).(type) {
	case *ast.SliceExpr:
		return e.X
	case *ast.CallExpr:
		if isConversion(e) {
			return e.Args[0]
		}
		if sel, ok := e.Fun.(*ast.SelectorExpr); ok && slices.Contains(encoders, sel.Sel.Name) {
			return sel.X
		}
	case *ast.Ident:
		if e.Obj == nil {
			return nil
		}
		set, ok := e.Obj.Decl.(*ast.AssignStmt)
		if !ok || len(set.Rhs) == 0 {
			return nil
		}
		at := slices.IndexFunc(set.Lhs, func(left ast.Expr) bool { id, ok := left.(*ast.Ident); return ok && id.Name == e.Name })
		if len(set.Rhs) == 1 && len(set.Lhs) == 2 {
			at = min(at, 0) // a value and an error
		}
		if at >= 0 && at < len(set.Rhs) {
			return set.Rhs[at]
		}
	}
	return nil
}

// encoders are the methods whose result says what their receiver holds.
var encoders = []string{"Encode", "Append", "Bytes", "Sum", "String", "Text"}

// typeOf returns the type of e, or nil if it is not known.
func (c *timeCheck) typeOf(e ast.Expr) types.Type {
	t := c.types.TypeOf(e)
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.Invalid {
		return nil
	}
	return t
}
