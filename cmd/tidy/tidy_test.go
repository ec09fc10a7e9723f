package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestTree holds the project to its rules.
func TestTree(t *testing.T) {
	root, err := findRoot()
	if err != nil {
		t.Fatal(err)
	}
	project, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			found := r.run(project)
			for _, f := range found {
				t.Errorf("%s", f)
			}
			if len(found) > 0 {
				t.Logf("why: %s", r.reason)
			}
		})
	}
}

// TestFixtures shows for each rule that it catches what it forbids and nothing
// else. A fixture testdata/RULE-CASE.txtar is a small module; each line marked
// "// want" is to be found, and so is each file after "want:" in its comment.
func TestFixtures(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	caught := map[string]int{}
	for _, name := range names {
		ruleName, _, _ := strings.Cut(filepath.Base(name), "-")
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(rules, func(r rule) bool { return r.name == ruleName })
			if at < 0 {
				t.Fatalf("no rule is called %q", ruleName)
			}
			want := wanted(archive)
			caught[ruleName] += len(want)
			got := places(rules[at].run(unpack(t, archive)), archive)
			for _, place := range got {
				if !slices.Contains(want, place) {
					t.Errorf("%s is innocent, but found", place)
				}
			}
			for _, place := range want {
				if !slices.Contains(got, place) {
					t.Errorf("%s is not found", place)
				}
			}
		})
	}
	for _, r := range rules {
		if caught[r.name] == 0 {
			t.Errorf("rule %s has no fixture that breaks it", r.name)
		}
		if len(r.reason) < 20 {
			t.Errorf("rule %s has no reason worth reading: %q", r.name, r.reason)
		}
	}
}

// unpack writes a fixture to a folder, where go list can see it, and loads it.
func unpack(t *testing.T, archive *txtar.Archive) *tree {
	t.Helper()
	dir := t.TempDir()
	files := append(archive.Files, txtar.File{Name: "go.mod", Data: []byte("module example.org/m\n\ngo 1.26\n")})
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

const wantFile = "want: "

func wanted(archive *txtar.Archive) []string {
	var places []string
	for line := range strings.Lines(string(archive.Comment)) {
		if name, ok := strings.CutPrefix(line, wantFile); ok {
			places = append(places, strings.TrimSpace(name))
		}
	}
	for _, f := range archive.Files {
		number := 0
		for line := range bytes.Lines(f.Data) {
			number++
			if bytes.Contains(line, []byte("// want")) {
				places = append(places, f.Name+":"+strconv.Itoa(number))
			}
		}
	}
	return places
}

// places names findings as wanted does: by file where the whole file is wanted.
func places(found []finding, archive *txtar.Archive) []string {
	var all []string
	for _, f := range found {
		place := f.path + ":" + strconv.Itoa(f.line)
		if bytes.Contains(archive.Comment, []byte(wantFile+f.path+"\n")) {
			place = f.path
		}
		all = append(all, place)
	}
	return all
}

// TestListing pins what -rules prints: each name once, with its reason.
func TestListing(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(&out, &errs, true); code != 0 || errs.Len() > 0 {
		t.Fatalf("exit %d, %s", code, errs.String())
	}
	for _, r := range rules {
		if n := strings.Count(out.String(), r.reason); n != 1 {
			t.Errorf("the reason of %s is printed %d times, want once", r.name, n)
		}
	}
}
