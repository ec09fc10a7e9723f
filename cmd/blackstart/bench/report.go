package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"text/tabwriter"
)

// Report is the outcome of one bench.
type Report struct {
	Bench      string         `json:"bench"`
	Version    string         `json:"version"`
	Machine    map[string]any `json:"machine"`
	Parameters map[string]any `json:"parameters"`
	Results    []Result       `json:"results"`
}

// Result is one figure.
type Result struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

func newReport(name string) *Report {
	r := &Report{
		Bench: name, Version: version(), Parameters: map[string]any{},
		Machine: map[string]any{"os": runtime.GOOS, "arch": runtime.GOARCH, "cpus": runtime.NumCPU(), "go": runtime.Version()},
	}
	if model := cpuModel(); model != "" {
		r.Machine["cpu"] = model
	}
	return r
}

// version is the commit that the binary was built from, where it is known.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}

func (r *Report) add(name string, value float64, unit string) {
	r.Results = append(r.Results, Result{name, value, unit})
}

// WriteJSON prints the report as one object.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// WriteTable prints the report for people.
func (r *Report) WriteTable(w io.Writer) error {
	fmt.Fprintf(w, "bench %s, version %s, %s/%s, %v cpus\n", r.Bench, r.Version, r.Machine["os"], r.Machine["arch"], r.Machine["cpus"])
	keys := make([]string, 0, len(r.Parameters))
	for k := range r.Parameters { // order: sorted below
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(w, "  %s = %v\n", k, r.Parameters[k])
	}
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	for _, res := range r.Results {
		fmt.Fprintf(t, "%s\t%.5g\t %s\t\n", res.Name, res.Value, res.Unit)
	}
	return t.Flush()
}
