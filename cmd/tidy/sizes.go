package main

import (
	"bytes"
	"go/ast"
	"path"
)

const (
	maxFileLines     = 400
	maxFunctionLines = 70
)

func checkSizes(t *tree, r *report) {
	for _, s := range t.others {
		if ext := path.Ext(s.path); ext == ".js" || ext == ".css" {
			checkFileSize(s, r)
		}
	}
	t.goFiles(func(_ *pkg, s *source) {
		checkFileSize(s, r)
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := t.fset.Position(f.End()).Line - t.fset.Position(f.Pos()).Line + 1
			if lines > maxFunctionLines {
				r.at(f.Pos(), "function %s has %d lines, the limit is %d", f.Name.Name, lines, maxFunctionLines)
			}
		}
	})
}

func checkFileSize(s *source, r *report) {
	if lines := bytes.Count(s.text, []byte("\n")); lines > maxFileLines {
		r.file(s.path, maxFileLines+1, "%d lines, the limit is %d; part it by idea", lines, maxFileLines)
	}
}
