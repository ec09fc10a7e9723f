package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

func allCaught(results []result) bool {
	return !slices.ContainsFunc(results, func(r result) bool { return r.Verdict != caught })
}

func printList(out io.Writer, mutants []mutant) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, m := range mutants {
		fmt.Fprintf(w, "%s\t%s\tgo test %s\n", m.name, m.breaks, strings.Join(m.test, " "))
	}
	w.Flush()
}

func printJSON(out io.Writer, results []result) error {
	if results == nil {
		results = []result{} // an array even when empty
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(results)
}

// printTable prints one line for each mutant, the details of those that were
// not caught, and a sum.
func printTable(out io.Writer, results []result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	good := 0
	for _, r := range results {
		by := strings.Join(r.By, " ")
		if r.Verdict == caught {
			good++
			if by == "" {
				by = "crash or time-out"
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.1f s\t%s\n", r.Name, r.Breaks, r.Verdict, r.Seconds, by)
	}
	w.Flush()
	for _, r := range results {
		if r.Detail != "" {
			fmt.Fprintf(out, "\n%s: %s\n%s\n", r.Name, r.Verdict, indent(r.Detail))
		}
	}
	fmt.Fprintf(out, "%d of %d mutants caught\n", good, len(results))
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
