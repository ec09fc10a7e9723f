package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// fuzzers is how many targets run at a time, each with one worker: one more than
// the smallest machine has cores, since each waits a while for the compiler.
const fuzzers = 3

// fuzzAll runs every fuzz target of the module for a time.
func fuzzAll(ctx context.Context, s *shell, each time.Duration) error {
	all, err := listPackages(ctx, s)
	if err != nil {
		return err
	}
	type target struct{ path, name string }
	var targets []target
	for _, p := range all {
		for _, name := range p.fuzzTargets() {
			targets = append(targets, target{p.path, name})
		}
	}
	if len(targets) == 0 {
		return errors.New("there is no fuzz target, which cannot be")
	}
	var printing sync.Mutex
	return atOnce(fuzzers, len(targets), func(i int) error {
		start := time.Now()
		t := targets[i]
		out, err := fuzzOne(ctx, s, t.path, t.name, each)
		printing.Lock()
		defer printing.Unlock()
		if err != nil {
			fmt.Fprintf(s.out, "%s\n--- FAIL: %s in %s\n", out, t.name, t.path)
			return err
		}
		fmt.Fprintf(s.out, "ok  \t%s %s\t%.1fs\t%s runs\n", t.path, t.name, time.Since(start).Seconds(), lastExecs(out))
		return nil
	})
}

func fuzzOne(ctx context.Context, s *shell, path, name string, each time.Duration) (string, error) {
	out, err := s.capture(ctx, "go", "test", "-run=^$", "-fuzz=^"+name+"$", "-fuzztime="+each.String(), "-parallel=1", path)
	if err != nil && ctx.Err() == nil && deadlineOnly(out) {
		return out, nil
	}
	return out, err
}

// deadlineOnly recognises a known fault of go test: under load, a worker that
// is stopped at the end of the fuzzing time is reported as failed. A real
// failure names the input that it found.
func deadlineOnly(out string) bool {
	return strings.Contains(out, "context deadline exceeded") && !strings.Contains(out, "Failing input written") &&
		!strings.Contains(out, "panic:")
}

var execs = regexp.MustCompile(`execs: (\d+)`)

// lastExecs returns how many inputs a fuzz run has tried, as it said last.
func lastExecs(out string) string {
	all := execs.FindAllStringSubmatch(out, -1)
	if len(all) == 0 {
		return "?"
	}
	return all[len(all)-1][1]
}
