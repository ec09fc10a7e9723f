package main

import (
	"go/ast"
	"regexp"
	"strings"
)

// parserNames are how functions that read bytes from outside are called.
var parserNames = regexp.MustCompile(`^(Parse|Decode|Open)([A-Z0-9].*)?$`)

func checkFuzzTwins(t *tree, r *report) {
	eachParser(t, "Fuzz", func(p *pkg, f *ast.FuncDecl) {
		r.at(f.Name.Pos(), "no fuzz target of %s mentions %s", p.dir, f.Name.Name)
	})
}

// checkBounds asks for a test of what each parser allocates, internal/bound.
func checkBounds(t *tree, r *report) {
	eachParser(t, "TestBounded", func(p *pkg, f *ast.FuncDecl) {
		r.at(f.Name.Pos(), "no test TestBounded... of %s mentions %s; see internal/bound", p.dir, f.Name.Name)
	})
}

// eachParser calls missing with each exported parser that no function whose name
// begins so mentions.
func eachParser(t *tree, beginning string, missing func(*pkg, *ast.FuncDecl)) {
	for _, p := range t.packages {
		mentioned := testTexts(p, beginning)
		for _, s := range p.files {
			if s.test {
				continue
			}
			for _, d := range s.ast.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || !readsFromOutside(f) {
					continue
				}
				if !regexp.MustCompile(`\b` + f.Name.Name + `\b`).MatchString(mentioned) {
					missing(p, f)
				}
			}
		}
	}
}

// testTexts returns the text of all functions in the tests of a package whose name
// begins so, comments and bodies.
func testTexts(p *pkg, beginning string) string {
	var b strings.Builder
	for _, s := range p.files {
		if !s.test {
			continue
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !strings.HasPrefix(f.Name.Name, beginning) {
				continue
			}
			if f.Doc != nil {
				b.WriteString(f.Doc.Text())
			}
			start := s.ast.FileStart
			b.Write(s.text[f.Pos()-start : f.End()-start])
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// readsFromOutside reports whether a function is an exported parser: by name,
// and by taking bytes, or a string where it reads an URL.
func readsFromOutside(f *ast.FuncDecl) bool {
	if !parserNames.MatchString(f.Name.Name) || !exportedReceiver(f) {
		return false
	}
	for i, field := range f.Type.Params.List {
		if isBytes(field.Type) {
			return true
		}
		if id, ok := field.Type.(*ast.Ident); ok && i == 0 && id.Name == "string" && strings.Contains(f.Name.Name, "URL") {
			return true
		}
	}
	return false
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return true
	}
	e := f.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if index, ok := e.(*ast.IndexExpr); ok {
		e = index.X
	}
	id, ok := e.(*ast.Ident)
	return !ok || id.IsExported()
}

func isBytes(e ast.Expr) bool {
	array, ok := e.(*ast.ArrayType)
	if !ok || array.Len != nil {
		return false
	}
	id, ok := array.Elt.(*ast.Ident)
	return ok && id.Name == "byte"
}
