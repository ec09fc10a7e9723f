package simulate

import (
	"os"
	"runtime"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
	"github.com/blackstart-mesh/blackstart/sim/validate"
)

// Cases are what is held to published figures with the data of a folder.
func Cases(dir string) ([]validate.Case, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	return []validate.Case{{Name: "airtime of LoRa", Run: func(func(time.Duration) bool) ([]validate.Row, error) { return validate.Airtimes(), nil }}}, nil
}

// Workers is how many runs are done side by side: what is asked for, or one for each
// processor.
func Workers(asked int) int {
	if asked > 0 {
		return asked
	}
	return runtime.GOMAXPROCS(0)
}

// Validation makes jobs of cases. Rows are what came of them so far, in their order.
func Validation(cases []validate.Case) (jobs []Job, rows func() []validate.Row) {
	found := make([][]validate.Row, len(cases))
	for i, c := range cases {
		jobs = append(jobs, Job{Scenario: "validation", Protocol: c.Name, Lasts: c.Lasts,
			Run: func(progress func(time.Duration) bool) (r report.Run, err error) {
				stopped := false
				found[i], err = c.Run(func(now time.Duration) bool {
					stopped = progress(now)
					return stopped
				})
				r.Partial = stopped
				return r, err
			}})
	}
	return jobs, func() (all []validate.Row) {
		for _, f := range found {
			all = append(all, f...)
		}
		return all
	}
}

// Verdict is the JSON of a validation.
type Verdict struct {
	Partial bool           `json:"partial"` // it was broken off
	Figures int            `json:"figures"`
	Hold    int            `json:"hold"`
	Rows    []validate.Row `json:"rows"`
}

// Judged counts rows.
func Judged(rows []validate.Row, partial bool) Verdict {
	v := Verdict{Partial: partial, Figures: len(rows), Rows: append([]validate.Row{}, rows...)}
	for _, r := range rows {
		if r.Holds {
			v.Hold++
		}
	}
	return v
}
