package simulate

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/sim/report"
)

// Wrong says in a sentence what of a report makes the command fail, or nothing:
// expectations that failed, and violations. What was broken off is judged by neither.
func Wrong(d *report.Document) string {
	failed, violations := 0, 0
	for i := range d.Runs {
		r := &d.Runs[i]
		violations += len(r.Violations)
		for _, e := range r.Expectations {
			if !e.Held {
				failed++
			}
		}
	}
	switch {
	case failed == 0 && violations == 0:
		return ""
	case violations == 0:
		return plural(failed, "expectation") + " of the scenario failed"
	case failed == 0:
		return plural(violations, "violation") + " of what has to hold in every run"
	}
	return fmt.Sprintf("%s of the scenario failed, and %s of what has to hold in every run", plural(failed, "expectation"), plural(violations, "violation"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
