// Command tidy holds the house rules of the project as checks over its own
// source: layers, purity, names, sizes. Each rule has a name, a reason and a
// fixture under testdata that breaks it; its tests run them all.
//
//	go run ./cmd/tidy           print what breaks a rule; exit 1 if anything does
//	go run ./cmd/tidy -rules    print the rules and their reasons
//
// It reads syntax only, so it is quick, and it works on a tree that does not
// compile.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	list := flag.Bool("rules", false, "print the rules and their reasons")
	flag.Parse()
	os.Exit(run(os.Stdout, os.Stderr, *list))
}

// run returns the exit code: 0 clean, 1 findings, 2 the tree could not be read.
func run(out, errs io.Writer, list bool) int {
	if list {
		for _, r := range rules {
			fmt.Fprintf(out, "%-12s %s\n", r.name, r.reason)
		}
		return 0
	}
	root, err := findRoot()
	if err != nil {
		fmt.Fprintln(errs, "tidy:", err)
		return 2
	}
	t, err := load(root)
	if err != nil {
		fmt.Fprintln(errs, "tidy:", err)
		return 2
	}
	code := 0
	for _, r := range rules {
		for _, f := range r.run(t) {
			fmt.Fprintln(out, f)
			code = 1
		}
	}
	return code
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
			return "", fmt.Errorf("no go.mod in %s or above; run tidy inside the module", start)
		}
	}
}
