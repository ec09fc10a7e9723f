package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// testPackage is a package with its test files.
type testPackage struct {
	path  string // import path
	dir   string
	tests [][]byte
}

// listPackages returns the packages of the module, ascending by path.
func listPackages(ctx context.Context, s *shell) ([]testPackage, error) {
	const format = "{{.ImportPath}}\t{{.Dir}}\t{{join .TestGoFiles \" \"}} {{join .XTestGoFiles \" \"}}"
	out, err := s.capture(ctx, "go", "list", "-f", format, "./...")
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	var all []testPackage
	for line := range strings.Lines(out) {
		fields := strings.SplitN(line, "\t", 3)
		if len(fields) != 3 {
			continue // a note of the go command
		}
		p := testPackage{path: fields[0], dir: fields[1]}
		for _, name := range strings.Fields(fields[2]) {
			text, err := os.ReadFile(filepath.Join(fields[1], name))
			if err != nil {
				return nil, err
			}
			p.tests = append(p.tests, text)
		}
		all = append(all, p)
	}
	return all, nil
}

// mentions reports whether a test file contains a text.
func (p testPackage) mentions(text string) bool {
	for _, t := range p.tests {
		if bytes.Contains(t, []byte(text)) {
			return true
		}
	}
	return false
}

// leavesOut reports whether less is tested under -short, by a test itself or by what
// supports it: internal/bound tries fewer inputs (of its own tests, too), bridgetest
// leaves out what runs in real time.
func (p testPackage) leavesOut() bool {
	return p.mentions("if testing.Short()") || p.mentions(`/internal/bound"`) || p.mentions("package bound\n") || p.mentions("bridgetest.RunOverTCP(")
}

var fuzzFunc = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

// fuzzTargets returns the names of the fuzz targets, in order of the files.
func (p testPackage) fuzzTargets() []string {
	var names []string
	for _, t := range p.tests {
		for _, m := range fuzzFunc.FindAllSubmatch(t, -1) {
			names = append(names, string(m[1]))
		}
	}
	return names
}
