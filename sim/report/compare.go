package report

import "slices"

// Comparison is what one protocol did in a scenario over several seeds.
type Comparison struct {
	Scenario  string   `json:"scenario"`
	Protocol  string   `json:"protocol"`
	Seeds     []uint64 `json:"seeds"`
	Mean      Measures `json:"mean"` // over the seeds that have the figure
	WorstSeed uint64   `json:"worst_seed"`
	Worst     Measures `json:"worst"` // of the seed that delivered the smallest share; of equal ones, the slowest
	Partial   bool     `json:"partial"`
}

// Measures are the figures of a summary by which protocols are compared.
type Measures struct {
	DeliveredShare    *float64 `json:"delivered_share"`
	P50               *float64 `json:"p50_s"`
	P95               *float64 `json:"p95_s"`
	P99               *float64 `json:"p99_s"`
	OverEarliest      *float64 `json:"over_earliest"`
	AcknowledgedShare *float64 `json:"acknowledged_share"`
	FalseFailureShare *float64 `json:"false_failure_share"`
	FramesPerCopy     *float64 `json:"frames_per_copy"`
	BytesPerCopy      *float64 `json:"bytes_per_copy"`
	AirtimePerCopy    *float64 `json:"airtime_per_copy_s"`
	BusiestShare      *float64 `json:"busiest_share_of_allowed"`
	Collided          *float64 `json:"collided"`
	Impossible        *float64 `json:"impossible"`
	Ours              *float64 `json:"ours"`
	Violations        *float64 `json:"violations"`
}

// MeasuresOf picks the figures of a summary.
func MeasuresOf(s *Summary) Measures {
	return Measures{
		DeliveredShare: s.All.DeliveredShare, P50: s.All.Latency.P50, P95: s.All.Latency.P95, P99: s.All.Latency.P99,
		OverEarliest: s.All.OverEarliest, AcknowledgedShare: s.All.AcknowledgedShare, FalseFailureShare: s.All.FalseFailureShare,
		FramesPerCopy: s.Air.FramesPerCopy, BytesPerCopy: s.Air.BytesPerCopy, AirtimePerCopy: s.Air.AirtimePerCopy,
		BusiestShare: s.Air.BusiestShare, Collided: rounded(float64(s.Air.Collided)), Impossible: rounded(float64(s.All.Impossible)),
		Ours: rounded(float64(s.All.Ours + s.All.Late + s.All.Refused)), Violations: rounded(float64(len(s.Violations))),
	}
}

// each returns pointers to all figures, in one order.
func (m *Measures) each() []**float64 {
	return []**float64{&m.DeliveredShare, &m.P50, &m.P95, &m.P99, &m.OverEarliest, &m.AcknowledgedShare, &m.FalseFailureShare,
		&m.FramesPerCopy, &m.BytesPerCopy, &m.AirtimePerCopy, &m.BusiestShare, &m.Collided, &m.Impossible, &m.Ours, &m.Violations}
}

// Compare puts the summaries of each scenario and protocol together, in the order in
// which these occur first.
func Compare(all []Summary) []Comparison {
	var together [][]*Summary
	for i := range all {
		s := &all[i]
		at := slices.IndexFunc(together, func(runs []*Summary) bool {
			return runs[0].Scenario == s.Scenario && runs[0].Protocol == s.Protocol
		})
		if at < 0 {
			at, together = len(together), append(together, nil)
		}
		together[at] = append(together[at], s)
	}
	out := []Comparison{}
	for _, runs := range together {
		out = append(out, compared(runs))
	}
	return out
}

func compared(runs []*Summary) Comparison {
	c := Comparison{Scenario: runs[0].Scenario, Protocol: runs[0].Protocol}
	worst := runs[0]
	var all []Measures
	for _, s := range runs {
		c.Seeds = append(c.Seeds, s.Seed)
		c.Partial = c.Partial || s.Partial
		all = append(all, MeasuresOf(s))
		if worse(&s.All, &worst.All) {
			worst = s
		}
	}
	c.WorstSeed, c.Worst = worst.Seed, MeasuresOf(worst)
	for at, mean := range c.Mean.each() {
		sum, n := 0.0, 0
		for i := range all {
			if x := *all[i].each()[at]; x != nil {
				sum += *x
				n++
			}
		}
		*mean = ratio(sum, n)
	}
	return c
}

// worse says whether a run delivered less than another, or as much and later. A run
// in which nothing was possible is never worse.
func worse(a, b *Figures) bool {
	switch {
	case a.DeliveredShare == nil || b.DeliveredShare == nil:
		return a.DeliveredShare != nil
	case *a.DeliveredShare != *b.DeliveredShare:
		return *a.DeliveredShare < *b.DeliveredShare
	case a.Latency.P95 == nil || b.Latency.P95 == nil:
		return false
	}
	return *a.Latency.P95 > *b.Latency.P95
}

// byScenario parts comparisons, which are in the order of their scenarios.
func byScenario(all []Comparison) [][]Comparison {
	var out [][]Comparison
	for i := range all {
		if i == 0 || all[i].Scenario != all[i-1].Scenario {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], all[i])
	}
	return out
}
