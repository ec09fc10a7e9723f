// Command mutants asks whether the tests would notice if the code were wrong.
//
// Each file cmd/mutants/testdata/NAME.mutant describes one seeded defect and
// the test that has to catch it. The tool applies each to a copy of the tree,
// and demands that the copy compiles and that the test fails.
//
//	go run ./cmd/mutants              try all, two at a time
//	go run ./cmd/mutants -run NAME    those whose name matches a pattern
//	go run ./cmd/mutants -list        what there is
//	go run ./cmd/mutants -json        the table for programs
//
// Exit code: 0 all were caught, 1 one was not (or is out of date), 2 the tool
// could not do its work.
//
// # Format
//
// A mutant is a header of "key: value" lines and pairs of sections:
//
//	breaks: what the defect is, in one line
//	file: mesh/custody.go
//	test: ./mesh -run TestDurableBeforeVisible
//	-- find --
//	text of whole lines that occurs exactly once in the file
//	-- replace --
//	what stands there instead (may be empty)
//
// "test" holds the arguments of go test; "-- find PATH --" edits another file
// than that of the header. Without the defect the test has to pass.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
)

// workers is how many mutants are tried at a time: as many as the smallest
// machine that the project is built on has cores.
const workers = 2

func main() {
	pattern := flag.String("run", "", "try only mutants whose name matches this regular expression")
	list := flag.Bool("list", false, "print the mutants and what they break")
	asJSON := flag.Bool("json", false, "print an array of results instead of a table")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	caught, err := run(ctx, *pattern, *list, *asJSON)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	case !caught:
		os.Exit(1)
	}
}

func run(ctx context.Context, pattern string, list, asJSON bool) (caught bool, err error) {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return false, err
	}
	root, err := findRoot()
	if err != nil {
		return false, err
	}
	mutants, err := readAll(filepath.Join(root, "cmd", "mutants", "testdata"), match)
	if err != nil {
		return false, err
	}
	if len(mutants) == 0 {
		return false, fmt.Errorf("no mutant matches %q, so nothing is asked", pattern)
	}
	if list {
		printList(os.Stdout, mutants)
		return true, nil
	}
	results, err := tryAll(ctx, root, mutants)
	if err != nil {
		return false, err
	}
	if asJSON {
		return allCaught(results), printJSON(os.Stdout, results)
	}
	printTable(os.Stdout, results)
	return allCaught(results), nil
}

// findRoot returns the folder of go.mod, from the working directory upwards.
func findRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod in %s or above; run mutants inside the module", start)
		}
	}
}
