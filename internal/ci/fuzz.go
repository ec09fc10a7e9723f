package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fuzzers is how many targets run at a time, each with one worker: one more than
// the smallest machine has cores, since one of them often waits for the compiler.
const fuzzers = 3

// enough is how many inputs end a run before its time: simple parsers take so many
// within the first seconds.
const enough = 30_000

// fuzzing says how long each target runs.
type fuzzing struct {
	each    time.Duration
	patient bool // all of that time, however many inputs that are
}

// target is a fuzz target in the program that runs it.
type target struct {
	testPackage
	name  string
	build func() (program string, err error) // when it is first asked for
}

// fuzzAll runs every fuzz target of the module.
func fuzzAll(ctx context.Context, s *shell, f fuzzing) error {
	all, err := listPackages(ctx, s)
	if err != nil {
		return err
	}
	cache, err := s.capture(ctx, "go", "env", "GOCACHE")
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "blackstart-fuzz-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	targets := fuzzTargets(ctx, s, all, folder)
	if len(targets) == 0 {
		return errors.New("there is no fuzz target, which cannot be")
	}
	var printing sync.Mutex
	return atOnce(fuzzers, len(targets), func(i int) error {
		start := time.Now()
		t := targets[i]
		out, err := t.run(ctx, s, filepath.Join(strings.TrimSpace(cache), "fuzz", filepath.FromSlash(t.path)), f)
		printing.Lock()
		defer printing.Unlock()
		if err != nil {
			fmt.Fprintf(s.out, "%s\n--- FAIL: %s in %s\n", out, t.name, t.path)
			return err
		}
		fmt.Fprintf(s.out, "ok  \t%s %s\t%.1fs\t%d runs\n", t.path, t.name, time.Since(start).Seconds(), lastExecs(out))
		return nil
	})
}

// fuzzTargets returns the targets of packages, whose programs are built in a folder: one
// for each package, and one after the other, so that what one has compiled serves the
// next.
func fuzzTargets(ctx context.Context, s *shell, all []testPackage, folder string) []target {
	var targets []target
	var building sync.Mutex
	for i, p := range all {
		program := filepath.Join(folder, strconv.Itoa(i)+".exe")
		build := sync.OnceValues(func() (string, error) {
			building.Lock()
			defer building.Unlock()
			if out, err := s.capture(ctx, "go", "test", "-c", "-fuzz=.", "-o="+program, p.path); err != nil {
				return "", fmt.Errorf("%w\n%s", err, out)
			}
			return program, nil
		})
		for _, name := range p.fuzzTargets() {
			targets = append(targets, target{p, name, build})
		}
	}
	return targets
}

// run fuzzes one target and returns what it printed. What is found of use goes into the
// folder where go test -fuzz keeps it, too.
func (t target) run(ctx context.Context, s *shell, kept string, f fuzzing) (string, error) {
	program, err := t.build()
	if err != nil {
		return "", err
	}
	cmd := s.command(ctx, program, "-test.run=^$", "-test.fuzz=^"+t.name+"$", "-test.fuzztime="+f.each.String(),
		"-test.fuzzcachedir="+kept, "-test.parallel=1", "-test.paniconexit0")
	cmd.Dir = t.dir
	w := &watcher{}
	if !f.patient {
		// Where the system has no such signal, it runs on until its time is over.
		w.enough = func() { _ = cmd.Process.Signal(os.Interrupt) }
	}
	cmd.Stdout, cmd.Stderr = w, w
	err = named(cmd.Run(), t.name, nil)
	out := w.out.String()
	if err != nil && ctx.Err() == nil && deadlineOnly(out) {
		return out, nil
	}
	return out, err
}

// watcher keeps what a fuzz run prints, which says every three seconds how far it is.
type watcher struct {
	out    bytes.Buffer
	enough func() // is called once, after enough inputs; may be nil
}

// Write implements io.Writer.
func (w *watcher) Write(p []byte) (int, error) {
	w.out.Write(p)
	if w.enough != nil && lastExecs(w.out.String()) >= enough {
		w.enough()
		w.enough = nil
	}
	return len(p), nil
}

var execs = regexp.MustCompile(`execs: (\d+) `)

// lastExecs returns how many inputs a fuzz run has tried, as it said last; 0, if it said
// nothing.
func lastExecs(out string) int {
	all := execs.FindAllStringSubmatch(out, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1][1])
	return n
}

// deadlineOnly recognises a known fault of go test: under load, a worker that
// is stopped at the end of the fuzzing time is reported as failed. A real
// failure names the input that it found.
func deadlineOnly(out string) bool {
	return strings.Contains(out, "context deadline exceeded") && !strings.Contains(out, "Failing input written") &&
		!strings.Contains(out, "panic:")
}
