package validate

import (
	"math"
	"time"
)

// Row is one published figure beside what came out here.
type Row struct {
	Of        string  `json:"of"`   // what is held to it: "airtime of LoRa", "managed flooding"
	Case      string  `json:"case"` // "20 nodes, seed 44"
	What      string  `json:"what"` // "broadcasts delivered"
	Unit      string  `json:"unit"`
	Published float64 `json:"published"`
	Found     float64 `json:"found"`         // the mean, if there were several runs
	Low       float64 `json:"low,omitempty"` // the least and the most of several runs
	High      float64 `json:"high,omitempty"`
	Runs      int     `json:"runs,omitempty"` // if there were several
	Within    float64 `json:"within"`         // how far apart they may be, in the same unit
	Holds     bool    `json:"holds"`
	Why       string  `json:"why,omitempty"` // explains the difference of one that does not hold
	Source    string  `json:"source"`        // of the published figure
}

// Judge says whether the row holds.
func (r Row) Judge() Row {
	r.Holds = math.Abs(r.Found-r.Published) <= r.Within+1e-9
	return r
}

// Case is a run, or several, that yields rows.
type Case struct {
	Name  string
	Lasts time.Duration // simulated, of all its runs

	// Run calls progress now and then with the simulated time, and ends without rows when
	// that says stop.
	Run func(progress func(now time.Duration) (stop bool)) ([]Row, error)
}
