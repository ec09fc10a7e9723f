package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
	"github.com/blackstart-mesh/blackstart/sim/validate"
)

// Where the published data lie in their folder.
const (
	matrices = "meshtasticator/n*.json"
	contacts = "rwp-contacts.txt"
)

// traceRuns is how often each protocol runs on the contact trace, with other luck.
const traceRuns = 5

// Cases are what is held to published figures with the data of a folder: link matrices
// in meshtasticator, each under the rules of the air by which its figures were found and
// under those of this simulator; and a contact trace.
func Cases(dir string) ([]validate.Case, error) {
	folder := os.DirFS(dir)
	cases := []validate.Case{{Name: "airtime of LoRa", Lasts: time.Second,
		Run: func(func(time.Duration) bool) ([]validate.Row, error) { return validate.Airtimes(), nil }}}
	names, err := fs.Glob(folder, matrices)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }) // n20 before n100
	for _, air := range []validate.Air{validate.PublishedAir(), validate.PhysicalAir()} {
		for _, name := range names {
			text, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, err
			}
			c, err := validate.Flooding(path.Base(name), text, air)
			if err != nil {
				return nil, err
			}
			cases = append(cases, c)
		}
	}
	traces, err := validate.Trace(folder, traceRuns)
	if errors.Is(err, fs.ErrNotExist) && len(names) > 0 {
		return cases, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("neither %s nor %s is in %s", matrices, contacts, dir)
	}
	return append(cases, traces...), err
}

// Workers is how many runs are done side by side: what is asked for, or one for each
// processor.
func Workers(asked int) int {
	if asked > 0 {
		return asked
	}
	return runtime.GOMAXPROCS(0)
}

// Validation makes jobs of cases. Rows are what came of them so far, in the order of the
// cases.
func Validation(cases []validate.Case) (jobs []Job, rows func() []validate.Row) {
	found := make([][]validate.Row, len(cases))
	for i, c := range cases {
		jobs = append(jobs, Job{Name: c.Name, Protocol: c.Name, Lasts: c.Lasts,
			Run: func(progress func(time.Duration) bool) (r report.Run, err error) {
				found[i], err = c.Run(func(now time.Duration) bool {
					r.Partial = progress(now)
					return r.Partial
				})
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
	Partial   bool           `json:"partial"`   // it was broken off
	Figures   int            `json:"figures"`   // published ones that something was held to
	Hold      int            `json:"hold"`      // of them
	Explained int            `json:"explained"` // differ by more than they may, and it is known why
	Rows      []validate.Row `json:"rows"`
}

// Judged counts rows.
func Judged(rows []validate.Row, partial bool) Verdict {
	v := Verdict{Partial: partial, Figures: len(rows), Rows: append([]validate.Row{}, rows...)}
	for _, r := range rows {
		switch {
		case r.Holds:
			v.Hold++
		case r.Why != "":
			v.Explained++
		}
	}
	return v
}

// Kinds parts rows by what is held to the published figures.
func Kinds(rows []validate.Row) (kinds [][]validate.Row) {
	for _, r := range rows {
		at := slices.IndexFunc(kinds, func(k []validate.Row) bool { return k[0].Of == r.Of })
		if at < 0 {
			at, kinds = len(kinds), append(kinds, nil)
		}
		kinds[at] = append(kinds[at], r)
	}
	return kinds
}
