package main

import (
	"bytes"
	"go/format"
	"path"
	"regexp"
	"slices"
)

// cFiles are what the Go tool hands to a C compiler when it finds them beside
// Go files.
var cFiles = []string{".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".m", ".S", ".s", ".ino"}

func checkCCode(t *tree, r *report) {
	for _, s := range t.others {
		if slices.Contains(cFiles, path.Ext(s.path)) && t.named(path.Dir(s.path)) != nil {
			r.file(s.path, 1, "C code beside Go files; give it a folder of its own")
		}
	}
}

func checkGofmt(t *tree, r *report) {
	t.goFiles(func(_ *pkg, s *source) {
		want, err := format.Source(s.text)
		if err != nil || bytes.Equal(want, s.text) {
			return // what does not parse is the syntax rule's finding
		}
		r.file(s.path, firstDifference(s.text, want), "not formatted; run gofmt -w %s", s.path)
	})
}

// firstDifference returns the number of the first line in which a and b differ.
func firstDifference(a, b []byte) int {
	line := 1
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		if a[i] == '\n' {
			line++
		}
	}
	return line
}

// notes are marks of unfinished work; machinePaths are absolute paths that
// exist on one machine only.
var (
	notes        = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)
	machinePaths = regexp.MustCompile(`(^|[^\w.)/-])/(work|home|root)(/|\b)`)
)

func checkWords(t *tree, r *report) {
	t.goFiles(func(p *pkg, s *source) {
		if p.dir == "cmd/tidy" { // has to name what it forbids
			return
		}
		number := 0
		for line := range bytes.Lines(s.text) {
			number++
			if m := notes.Find(line); m != nil {
				r.file(s.path, number, "%s: do it, or leave it", m)
			}
			if m := machinePaths.Find(line); m != nil {
				r.file(s.path, number, "path of one machine: %q", bytes.TrimSpace(m))
			}
		}
	})
}
