package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/peers"
)

func TestSkippedFileIsTheOneThatTestsWrite(t *testing.T) {
	if skippedFile != peers.SkippedFile {
		t.Errorf("%s here, %s in internal/peers", skippedFile, peers.SkippedFile)
	}
}

func TestConclude(t *testing.T) {
	ok := outcome{part: part{name: "unit", budget: time.Minute}, took: time.Second}
	slow := outcome{part: part{name: "long", budget: time.Second}, took: time.Minute}
	bad := outcome{part: part{name: "fuzz", budget: time.Minute}, err: errors.New("no")}
	for _, c := range []struct {
		name     string
		outcomes []outcome
		skipped  []string
		judging  bool
		want     bool
		says     string
	}{
		{"all pass", []outcome{ok, ok}, nil, true, true, "ok  \t2 of 2 parts passed\t"},
		{"slow is said", []outcome{slow}, nil, true, true, "ok, over budget"},
		{"one fails", []outcome{ok, bad, ok}, nil, false, false, "FAIL\t2 of 3 parts passed\t"},
		{"left out at home", []outcome{ok}, []string{"a: b", "c: d"}, false, true, "could not be run: a: b; c: d\n"},
		{"left out in CI", []outcome{ok}, []string{"a: b"}, true, false, "FAIL\t1 of 1 parts passed\t"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if got := conclude(&out, c.outcomes, c.skipped, c.judging, time.Minute); got != c.want {
				t.Errorf("passed is %v, want %v", got, c.want)
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("says nothing like %q:\n%s", c.says, out.String())
			}
		})
	}
}

// TestFailureDoesNotStopTheRest: whoever reads the log wants all of it.
func TestFailureDoesNotStopTheRest(t *testing.T) {
	var ran []string
	each := func(name string, err error) part {
		return part{name: name, run: func(context.Context, *shell) error { ran = append(ran, name); return err }}
	}
	outcomes := runParts(t.Context(), &shell{out: &bytes.Buffer{}}, []part{each("a", nil), each("b", errors.New("no")), each("c", nil)})
	if !slices.Equal(ran, []string{"a", "b", "c"}) || outcomes[1].err == nil || outcomes[2].err != nil {
		t.Errorf("ran %v with %v", ran, outcomes)
	}
}

func TestUnique(t *testing.T) {
	if got := unique("b\na\n\nb\na"); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("got %q", got)
	}
}

func TestFuzzTargets(t *testing.T) {
	p := testPackage{tests: [][]byte{[]byte("package a\n\nfunc FuzzOne(f *testing.F) {\n}\n// func FuzzNot(\n"), []byte("func FuzzTwo(f *testing.F) {")}}
	if got := p.fuzzTargets(); !slices.Equal(got, []string{"FuzzOne", "FuzzTwo"}) {
		t.Errorf("got %q", got)
	}
	if !p.mentions("FuzzNot") || p.mentions("testing.Short()") {
		t.Error("mentions what it does not, or the reverse")
	}
}

func TestLeavesOut(t *testing.T) {
	for text, want := range map[string]bool{
		"if testing.Short() {": true, "import \"github.com/blackstart-mesh/blackstart/internal/bound\"": true, "import \"testing\"": false,
		"bridgetest.RunOverTCP(t, emulated())": true,
	} {
		if got := (testPackage{tests: [][]byte{nil, []byte(text)}}).leavesOut(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// A run ends before its time after enough inputs.
func TestEnoughIsFuzzed(t *testing.T) {
	said := func(runs int) string {
		return fmt.Sprintf("fuzz: elapsed: 3s, execs: %d (100/sec), new interesting: 1 (total: 2)\n", runs)
	}
	const started = "fuzz: elapsed: 0s, gathering baseline coverage: 1/1 completed, now fuzzing with 1 workers\n"
	ended := 0
	w := &watcher{enough: func() { ended++ }}
	for i, c := range []struct {
		said string
		want int
	}{{started, 0}, {said(6), 0}, {said(enough - 1), 0}, {"minimized\n", 0}, {said(enough), 1}, {said(2 * enough), 1}} {
		w.Write([]byte(c.said))
		if ended != c.want {
			t.Errorf("ended %d times after %d reports, want %d", ended, i+1, c.want)
		}
	}
	patient := &watcher{}
	patient.Write([]byte(started + said(9*enough)))
	if got := lastExecs(patient.out.String()); got != 9*enough {
		t.Errorf("%d runs, want %d", got, 9*enough)
	}
}

func TestFuzzOutput(t *testing.T) {
	const stopped = "fuzz: elapsed: 6s, execs: 250 (50/sec)\n--- FAIL: FuzzX (6.01s)\n    context deadline exceeded\nFAIL\n"
	if !deadlineOnly(stopped) {
		t.Error("a worker that was stopped is taken for a failure")
	}
	if deadlineOnly(stopped+"Failing input written to testdata") || deadlineOnly("--- FAIL: FuzzX\n") {
		t.Error("a failure is taken for a worker that was stopped")
	}
}

func TestAtOnce(t *testing.T) {
	squares := make([]int, 9)
	err := atOnce(2, len(squares), func(i int) error {
		squares[i] = i * i
		if i%4 == 3 {
			return errors.New(strings.Repeat("x", i))
		}
		return nil
	})
	if err == nil || err.Error() != "xxx\nxxxxxxx" || squares[8] != 64 {
		t.Errorf("error %q, squares %v", err, squares)
	}
}

func TestPlansAreNamed(t *testing.T) {
	if got := strings.Join(planNames(), " "); got != "cross fuzz quick soak test" {
		t.Errorf("plans are %s", got)
	}
}
