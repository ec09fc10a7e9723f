package validate

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/oracle"
)

// earliestMedian is the median of the earliest possible arrivals on the contact trace in
// seconds, to a whole second, from a search that was made apart from this program.
const earliestMedian = 1952

// Earliest holds the oracle to the earliest possible arrivals on the contact trace: with
// a transfer by its size and no other limit, as if each pair had a channel of its own.
func Earliest(changes []contact.Change, messages []contact.Message) Case {
	return Case{Name: "contact trace, earliest possible", Lasts: time.Second, Run: func(func(time.Duration) bool) ([]Row, error) {
		var edges []oracle.Edge
		for _, s := range contact.Spans(changes, walked) {
			edges = append(edges, oracle.Edge{From: s.A, To: s.B, Begin: s.Begin, End: s.End}, oracle.Edge{From: s.B, To: s.A, Begin: s.Begin, End: s.End})
		}
		o, err := oracle.New(walkers, edges, nil)
		if err != nil {
			return nil, err
		}
		var took []time.Duration
		for _, m := range messages {
			q := oracle.Search{From: m.From, At: m.At, Until: walked, Took: []time.Duration{time.Duration(m.Bytes) * 8 * time.Second / walkersRate}}
			if m.Lifetime != contact.Forever {
				q.Until = min(q.Until, m.At+m.Lifetime)
			}
			if at := o.One(q, m.To); at != oracle.Never {
				took = append(took, at-m.At)
			}
		}
		slices.Sort(took)
		row := Row{
			Of: "contact trace", Case: "earliest possible", What: "median latency", Unit: "s", Published: earliestMedian,
			Within: 0.5, Source: "another search over the same contacts",
		}
		if len(took) > 0 {
			row.Found = took[len(took)/2].Seconds()
		}
		return []Row{row.Judge()}, nil
	}}
}
