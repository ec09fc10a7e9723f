package main

import (
	"regexp"
	"strings"
)

// dependencyPage names each module that is taken from others, in backquotes.
const dependencyPage = "docs/DEPENDENCIES.md"

var quotedPath = regexp.MustCompile("`([a-z0-9.-]+\\.[a-z]+/[^` ]+)`")

func checkDependencies(t *tree, r *report) {
	var reviewed []string
	for _, s := range t.others {
		if s.path != dependencyPage {
			continue
		}
		taken, _, _ := strings.Cut(string(s.text), "\n## Not taken")
		for _, m := range quotedPath.FindAllStringSubmatch(taken, -1) {
			reviewed = append(reviewed, m[1]+"/...")
		}
	}
	t.goFiles(func(_ *pkg, s *source) {
		for _, im := range s.imports() {
			if t.thirdParty(im.path) && !matchesAny(reviewed, im.path) {
				r.at(im.spec.Pos(), "%s is not in %s; say there why it is worth having, and its licence", im.path, dependencyPage)
			}
		}
	})
}
