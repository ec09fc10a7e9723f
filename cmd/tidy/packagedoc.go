package main

import (
	"go/ast"
	"strings"
)

func checkPackageDoc(t *tree, r *report) {
	for _, p := range t.packages {
		var first *source
		var docs []*source
		for _, s := range p.files {
			if s.test {
				continue
			}
			if first == nil {
				first = s
			}
			if s.ast.Doc != nil {
				docs = append(docs, s)
			}
		}
		switch {
		case first == nil: // a folder of tests
		case len(docs) == 0:
			r.at(first.ast.Name.Pos(), "package %s has no package comment", p.dir)
		case len(docs) > 1:
			for _, s := range docs[1:] {
				r.at(s.ast.Name.Pos(), "package %s has its comment in %s already; part this one from the package clause by an empty line", p.dir, docs[0].path)
			}
		default:
			checkDocBegins(r, p, docs[0])
		}
	}
}

// checkDocBegins wants the form that go doc shows well.
func checkDocBegins(r *report, p *pkg, s *source) {
	name := s.ast.Name.Name
	begin := "Package " + name + " "
	if name == "main" {
		begin = "Command "
	}
	if !strings.HasPrefix(docText(s.ast.Doc), begin) {
		r.at(s.ast.Name.Pos(), "the package comment of %s begins otherwise than %q", p.dir, begin)
	}
}

func docText(g *ast.CommentGroup) string {
	return strings.ReplaceAll(g.Text(), "\n", " ")
}
