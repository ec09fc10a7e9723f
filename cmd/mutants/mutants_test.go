package main

import (
	"bytes"
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/peers"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestVerdicts tries mutants of a tiny module, one for each verdict.
func TestVerdicts(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the compiler a dozen times")
	}
	peers.Require(t, "git")
	archive, err := txtar.ParseFile("testdata/tiny.txtar")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	here := &workplace{dir: root}
	var mutants []mutant
	for _, f := range archive.Files {
		if name, ok := strings.CutSuffix(f.Name, ".mutant"); ok {
			// In an archive a line "-- find --" would end the file.
			m, err := read(name, bytes.ReplaceAll(f.Data, []byte("\n> "), []byte("\n")))
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			mutants = append(mutants, m)
		} else if err := here.write(f.Name, f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("git", "-C", root, "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("git init: %v: %s", err, out)
	}
	results, err := tryAll(context.Background(), root, mutants)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]verdict{
		"caught": caught, "hangs": caught, "two-files": caught, "survived": survived, "no-test": survived,
		"stale-gone": stale, "stale-twice": stale, "broken": broken, "vetted": broken, "lost": broken, "red": red,
	}
	if len(results) != len(want) {
		t.Errorf("%d results, want %d", len(results), len(want))
	}
	for _, r := range results {
		if r.Verdict != want[r.Name] {
			t.Errorf("%s: %s, want %s\n%s", r.Name, r.Verdict, want[r.Name], r.Detail)
		}
		if r.Name == "caught" && strings.Join(r.By, " ") != "TestDouble" {
			t.Errorf("caught by %q, want TestDouble", r.By)
		}
	}
	if allCaught(results) {
		t.Error("some survived, but all are said to be caught")
	}
	var table bytes.Buffer
	printTable(&table, results)
	if !strings.HasSuffix(table.String(), "3 of 11 mutants caught\n") {
		t.Errorf("the table ends otherwise:\n%s", table.String())
	}
}

// TestRead refuses what would be believed to be a mutant and is none.
func TestRead(t *testing.T) {
	const header = "breaks: x\nfile: a.go\ntest: ./a\n"
	const body = "-- find --\nx\n-- replace --\ny\n"
	if _, err := read("good", []byte(header+body)); err != nil {
		t.Errorf("good one refused: %v", err)
	}
	for name, text := range map[string]string{
		"no-header":     body,
		"no-test":       "breaks: x\nfile: a.go\n" + body,
		"unknown-key":   header + "tests: ./a\n" + body,
		"no-colon":      header + "hello\n" + body,
		"no-file":       "breaks: x\ntest: ./a\n" + body,
		"outside":       "breaks: x\ntest: ./a\n-- find ../a.go --\nx\n-- replace --\ny\n",
		"no-sections":   header,
		"odd-sections":  header + "-- find --\nx\n",
		"wrong-order":   header + "-- replace --\nx\n-- find --\ny\n",
		"finds-nothing": header + "-- find --\n\n-- replace --\ny\n",
		"same":          header + "-- find --\nx\n-- replace --\nx\n",
	} {
		if _, err := read(name, []byte(text)); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

// TestOurs reads the mutants of the project, without trying them.
func TestOurs(t *testing.T) {
	mutants, err := readAll("testdata", regexp.MustCompile(""))
	if err != nil {
		t.Fatal(err)
	}
	root, err := findRoot()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants {
		w := &workplace{dir: root}
		if err := w.fits(m); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
	}
}
