package report

import "testing"

func TestCompare(t *testing.T) {
	d := NewDocument(towns())
	if len(d.Comparisons) != 3 {
		t.Fatalf("%d comparisons, want 3", len(d.Comparisons))
	}
	for i, name := range []string{"blackstart", "flood", "spray & <wait>"} {
		c, mean := d.Comparisons[i], 0.0
		if c.Protocol != name || len(c.Seeds) != 2 {
			t.Errorf("comparison %d is of %s over %v", i, c.Protocol, c.Seeds)
		}
		for _, s := range d.Runs {
			if s.Protocol != name {
				continue
			}
			mean += *s.All.DeliveredShare / 2
			if *s.All.DeliveredShare < *c.Worst.DeliveredShare {
				t.Errorf("%s: seed %d is worse than seed %d", name, s.Seed, c.WorstSeed)
			}
		}
		if diff := mean - *c.Mean.DeliveredShare; diff > 1e-4 || diff < -1e-4 {
			t.Errorf("%s: mean %v, want %v", name, *c.Mean.DeliveredShare, mean)
		}
	}
	if c := NewDocument([]Run{{Scenario: "a"}, {Scenario: "a"}}).Comparisons; len(c) != 1 || c[0].Mean.P50 != nil {
		t.Errorf("of nothing: %+v", c)
	}
}
