// Command ci runs what judges a change: the parts of `make test`, one after
// the other, with a table of the time that each took at the end.
//
//	go run ./internal/ci test     everything
//	go run ./internal/ci quick    what belongs into the daily loop
//	go run ./internal/ci soak     the same for longer, and with the race detector
//	go run ./internal/ci fuzz     all fuzz targets (-fuzztime)
//	go run ./internal/ci cross    all platforms
//
// A part that fails does not stop the others. Exit code: 0 all passed, 1 one
// did not, or, with CI=true, something could not be run; 2 it was called
// wrongly.
//
// It is a program rather than a script so that it is the same on every system,
// and needs nothing but Go.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// ceiling ends a run that hangs. A machine that judges changes waits no longer.
const ceiling = 30 * time.Minute

func main() {
	fuzzTime := flag.Duration("fuzztime", 10*time.Second, "how long each fuzz target runs")
	flag.Parse()
	plan, ok := plans(*fuzzTime)[flag.Arg(0)]
	if !ok || flag.NArg() != 1 {
		fmt.Fprintf(os.Stderr, "ci: name one of %s\n", strings.Join(planNames(), ", "))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	passed := run(ctx, plan)
	stop()
	if !passed {
		os.Exit(1)
	}
}

// plan is a list of parts under one ceiling.
type plan struct {
	ceiling time.Duration
	parts   []part
}

func plans(fuzzTime time.Duration) map[string]plan {
	fuzz := func(budget time.Duration, f fuzzing) part {
		return part{"fuzz", budget, func(ctx context.Context, s *shell) error { return fuzzAll(ctx, s, f) }}
	}
	return map[string]plan{
		"test": {ceiling, []part{
			{"peers", time.Minute, installPeers},
			{"lint", time.Minute, lint},
			{"unit", 3 * time.Minute, unit},
			{"long", 10 * time.Minute, long},
			fuzz(5*time.Minute, fuzzing{each: fuzzTime}),
			{"mutants", 5 * time.Minute, mutants},
			{"cross", 2 * time.Minute, cross},
		}},
		"quick": {ceiling, []part{
			{"lint", 20 * time.Second, lint},
			{"unit", 70 * time.Second, unit},
		}},
		"soak": {24 * time.Hour, []part{
			{"race", 20 * time.Minute, race},
			{"long", 60 * time.Minute, longAgain},
			fuzz(2*time.Hour, fuzzing{each: 2 * time.Minute, patient: true}),
		}},
		"fuzz":  {24 * time.Hour, []part{fuzz(24*time.Hour, fuzzing{each: fuzzTime, patient: true})}},
		"cross": {ceiling, []part{{"cross", 4 * time.Minute, cross}}},
	}
}

func planNames() []string {
	var names []string
	for name := range plans(0) {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
