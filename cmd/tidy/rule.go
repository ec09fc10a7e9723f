package main

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
)

// rule is one house rule.
type rule struct {
	name   string
	reason string // why it is worth obeying
	check  func(*tree, *report)
}

// rules are all of them, in the order in which they are reported.
var rules = []rule{
	{"syntax", "a file that does not parse is seen by no other rule", checkSyntax},
	{"layers", "a message's life is understood folder by folder only while each folder knows those below it and no others; the simulator proves the real node only while it cannot see the driver, a device or a disk", checkLayers},
	{"purity", "a node that asks nobody for the time, for luck or for another goroutine does the same thing twice: that is what lets a seed replay a failure", checkPurity},
	{"thirdparty", "what decides about messages and secrets is read by us in full; everything else stays at the edges", checkThirdParty},
	{"dependencies", "whatever is taken from others is read, kept up to date and answered for by us: that is decided once, with a reason, and not by an import", checkDependencies},
	{"offline", "the tool that holds the operator's root key cannot leak it over a network that it is not linked against", checkOffline},
	{"maporder", "Go shuffles the order of maps on purpose; where it can show, the same seed gives another run", checkMapOrder},
	{"consttime", "who is told by the clock how many bytes of a tag he guessed right needs 256 tries for each byte, and not all of them at once", checkConstTime},
	{"state", "two nodes must live in one process, by the thousand: what a package remembers, it remembers for all of them", checkState},
	{"fuzztwins", "whoever parses bytes from outside is attacked there first; a fuzz target beside each parser asks every wrong question before the attacker does", checkFuzzTwins},
	{"bounds", "a frame of ten bytes that makes a node take room for 65,535 things ends it without breaking any key", checkBounds},
	{"packagedoc", "one page per folder says what it is for and what it promises; two would disagree", checkPackageDoc},
	{"sleeps", "a test that sleeps is slow on a fast machine and wrong on a slow one", checkSleeps},
	{"skips", "a test that is left out in silence is believed to have passed", checkSkips},
	{"sizes", "a file with one idea is read in one go, and a function on one screen", checkSizes},
	{"names", "a folder named for what it holds together is found; one named for nothing collects everything", checkNames},
	{"ccode", "the Go tool compiles C that it finds beside Go files; firmware is built by its own tools, and nodes are built without cgo", checkCCode},
	{"gofmt", "nobody should spend a thought on white space", checkGofmt},
	{"words", "a note to oneself belongs where work is planned, and a path of one machine works on no other", checkWords},
}

// finding is one place where a rule is broken.
type finding struct {
	rule string
	path string
	line int
	text string
}

// String has the form that editors jump to.
func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.path, f.line, f.rule, f.text)
}

// report collects what one rule finds.
type report struct {
	rule  string
	fset  *token.FileSet
	found []finding
}

// at notes a finding at a position in a Go file.
func (r *report) at(pos token.Pos, format string, args ...any) {
	p := r.fset.Position(pos)
	r.file(p.Filename, p.Line, format, args...)
}

// file notes a finding in any file.
func (r *report) file(path string, line int, format string, args ...any) {
	r.found = append(r.found, finding{r.rule, path, line, fmt.Sprintf(format, args...)})
}

// run checks a tree and returns what was found, in order of the places.
func (r rule) run(t *tree) []finding {
	rep := &report{rule: r.name, fset: t.fset}
	r.check(t, rep)
	slices.SortFunc(rep.found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	return slices.Compact(rep.found)
}

// pureFiles calls visit with each file of a pure package but its tests.
func (t *tree) pureFiles(visit func(*pkg, *source)) {
	for _, p := range t.packages {
		if !matchesAny(purePackages, p.dir) {
			continue
		}
		for _, s := range p.files {
			if !s.test {
				visit(p, s)
			}
		}
	}
}

// goFiles calls visit with each Go file.
func (t *tree) goFiles(visit func(*pkg, *source)) {
	for _, p := range t.packages {
		for _, s := range p.files {
			visit(p, s)
		}
	}
}

func checkSyntax(t *tree, r *report) {
	t.goFiles(func(_ *pkg, s *source) {
		if s.err != nil {
			r.file(s.path, 1, "%v", s.err)
		}
	})
}
