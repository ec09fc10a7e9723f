package main

import "slices"

// allowList says which modules from outside a package may import.
type allowList struct {
	pattern string
	modules []string // patterns over import paths
}

// thirdParties is looked through in order; a pure package that fits no entry
// may import nothing from outside.
var thirdParties = []allowList{
	{"message/compress", []string{"github.com/klauspost/compress/..."}},
	{"message/...", []string{"golang.org/x/crypto/..."}},
	{"radio/...", []string{"github.com/klauspost/reedsolomon/..."}},
}

func checkThirdParty(t *tree, r *report) {
	for _, p := range t.packages {
		if !matchesAny(purePackages, p.dir) {
			continue
		}
		var allowed []string
		if i := slices.IndexFunc(thirdParties, func(a allowList) bool { return matches(a.pattern, p.dir) }); i >= 0 {
			allowed = thirdParties[i].modules
		}
		for _, s := range p.files {
			for _, im := range s.imports() {
				if t.thirdParty(im.path) && !matchesAny(allowed, im.path) {
					r.at(im.spec.Pos(), "pure package %s imports %s; allowed: %v", p.dir, im.path, allowed)
				}
			}
		}
	}
}
