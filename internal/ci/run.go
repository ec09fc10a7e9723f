package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// part is one step of a plan.
type part struct {
	name   string
	budget time.Duration // what CONTRIBUTING.md promises on two cores; more is said, not failed
	run    func(context.Context, *shell) error
}

// outcome is what became of a part.
type outcome struct {
	part
	err  error
	took time.Duration
}

// skippedFile is the variable under which tests are told where to note what
// they could not run. internal/peers has the same name.
const skippedFile = "BLACKSTART_SKIPPED"

// run carries out a plan, prints the table, and reports whether all is well.
func run(ctx context.Context, p plan) bool {
	ctx, cancel := context.WithTimeout(ctx, p.ceiling)
	defer cancel()
	start := time.Now()
	note, err := os.CreateTemp("", "blackstart-skipped-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "ci:", err)
		return false
	}
	defer os.Remove(note.Name())
	note.Close()
	sh := &shell{out: os.Stdout, env: append(os.Environ(),
		skippedFile+"="+note.Name(),
		"CGO_ENABLED=0", // as the shipped binary is built, and one cache for both
		"PATH="+os.Getenv("PATH")+string(os.PathListSeparator)+"/usr/sbin",
	)}
	outcomes := runParts(ctx, sh, p.parts)
	noted, err := os.ReadFile(note.Name())
	if err != nil {
		fmt.Fprintln(os.Stderr, "ci:", err)
	}
	return conclude(os.Stdout, outcomes, unique(string(noted)), os.Getenv("CI") == "true", time.Since(start))
}

func runParts(ctx context.Context, sh *shell, parts []part) []outcome {
	var outcomes []outcome
	for _, p := range parts {
		fmt.Fprintf(sh.out, "\n=== %s\n", p.name)
		start := time.Now()
		err := p.run(ctx, sh)
		if err == nil {
			err = ctx.Err()
		}
		outcomes = append(outcomes, outcome{p, err, time.Since(start)})
		if err != nil {
			fmt.Fprintf(sh.out, "--- FAIL: %s: %v\n", p.name, err)
		}
	}
	return outcomes
}

// conclude prints how it went: the table, what was left out, and a last line
// of the form that go test uses.
func conclude(out io.Writer, outcomes []outcome, skipped []string, judging bool, total time.Duration) bool {
	passed := 0
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, o := range outcomes {
		verdict := "ok"
		switch {
		case o.err != nil:
			verdict = "FAIL"
		case o.took > o.budget:
			verdict = "ok, over budget"
		}
		if o.err == nil {
			passed++
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f s\tof %v\n", o.name, verdict, o.took.Seconds(), o.budget)
	}
	w.Flush()
	good := passed == len(outcomes)
	if len(skipped) > 0 {
		fmt.Fprintf(out, "could not be run: %s\n", strings.Join(skipped, "; "))
		good = good && !judging
	}
	verdict := "ok  "
	if !good {
		verdict = "FAIL"
	}
	fmt.Fprintf(out, "%s\t%d of %d parts passed\t%.1fs\n", verdict, passed, len(outcomes), total.Seconds())
	return good
}

// unique returns the lines of a text in order, each once.
func unique(text string) []string {
	var lines []string
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !seen[line] {
			seen[line] = true
			lines = append(lines, line)
		}
	}
	return lines
}
