package simulate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/sim/report"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	f := Files{CSV: filepath.Join(dir, "a.b.csv"), HTML: filepath.Join(dir, "page.html")}
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("looking left %v, %v", left, err)
	}
	runs := []report.Run{{Scenario: "town", Protocol: "flood"}}
	d := report.NewDocument(runs)
	names, err := f.Write(runs, &d)
	if err != nil || len(names) != 3 || filepath.Base(names[1]) != "a.b-summary.csv" {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), "scenario") {
			t.Errorf("%s: %v, %.100q", name, err, text)
		}
	}
	if err := (Files{CSV: filepath.Join(dir, "no-such-folder", "a.csv")}).Check(); err == nil {
		t.Error("a folder that is not there is found out too late")
	}
	if err := (Files{CSV: "x", HTML: "./x"}).Check(); err == nil {
		t.Error("one file for two things")
	}
	if err := (Files{CSV: "a.csv", Trace: "a-summary.csv"}).Check(); err == nil {
		t.Error("the trace and the summary in one file")
	}
	if err := (Files{HTML: filepath.Join(dir, "s.yaml"), Scenario: filepath.Join(dir, ".", "s.yaml")}).Check(); err == nil {
		t.Error("a report takes the place of its scenario")
	}
}

func TestTrace(t *testing.T) {
	name := filepath.Join(t.TempDir(), "trace")
	tr, err := OpenTrace(name)
	if err != nil {
		t.Fatal(err)
	}
	tr.Line("one")
	tr.Line("two")
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(name); err != nil || string(text) != "one\ntwo\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestWrong(t *testing.T) {
	failed := report.Summary{Expectations: []report.Expectation{{Held: true}, {}}}
	violated := report.Summary{Violations: []string{"a", "b"}}
	for _, c := range []struct {
		runs []report.Summary
		want string
	}{
		{[]report.Summary{{}}, ""},
		{[]report.Summary{failed}, "1 expectation of the scenario failed"},
		{[]report.Summary{violated}, "2 violations of what has to hold in every run"},
		{[]report.Summary{failed, failed, violated}, "2 expectations of the scenario failed, and 2 violations of what has to hold in every run"},
	} {
		if got := Wrong(&report.Document{Runs: c.runs}); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
