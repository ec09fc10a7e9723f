package report

import (
	"encoding/json"
	"io"
)

// Document is the JSON of a report. docs/SIMULATOR.md explains each field.
type Document struct {
	Format      int          `json:"format"` // FormatVersion
	Partial     bool         `json:"partial"`
	Runs        []Summary    `json:"runs"`
	Comparisons []Comparison `json:"comparisons"` // one for each protocol
}

// FormatVersion climbs when a field of the JSON changes its meaning or goes.
const FormatVersion = 1

// NewDocument sums up runs.
func NewDocument(runs []Run) Document {
	d := Document{Format: FormatVersion, Runs: []Summary{}}
	for i := range runs {
		d.Runs = append(d.Runs, Summarise(&runs[i]))
		d.Partial = d.Partial || runs[i].Partial
	}
	d.Comparisons = Compare(d.Runs)
	return d
}

// WriteJSON writes the report as one object.
func WriteJSON(w io.Writer, d *Document) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}
