package main

import (
	"path"
	"slices"
	"strings"
)

// emptyNames say nothing of what they hold. They name neither a folder nor a
// package nor a file.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "shared"}

func checkNames(t *tree, r *report) {
	t.goFiles(func(p *pkg, s *source) {
		for _, part := range strings.Split(p.dir, "/") {
			if slices.Contains(emptyNames, part) {
				r.at(s.ast.Name.Pos(), "folder name %q says nothing", part)
			}
		}
		if name := strings.TrimSuffix(s.ast.Name.Name, "_test"); slices.Contains(emptyNames, name) {
			r.at(s.ast.Name.Pos(), "package name %q says nothing", name)
		}
		name := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
		if slices.Contains(emptyNames, name) {
			r.at(s.ast.Name.Pos(), "file name %q says nothing", name)
		}
	})
}
