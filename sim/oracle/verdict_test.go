package oracle

import (
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		possible, arrived, until time.Duration
		want                     Verdict
		violation                string
	}{
		{Never, Never, 0, Verdict{Fate: Impossible}, ""},
		{5 * s, Never, 9 * s, Verdict{Fate: Lost}, ""},
		{5 * s, 5 * s, 5 * s, Verdict{Fate: Arrived}, ""},
		{5 * s, 8 * s, 0, Verdict{Fate: Arrived, Late: 3 * s}, ""},
		{5 * s, 8 * s, 7 * s, Verdict{Fate: Overdue}, ""},
		{Never, 8 * s, 7 * s, Verdict{Fate: Overdue}, ""},
		{5 * s, 5*s - 1, 7 * s, Verdict{Fate: Early}, "message 3 is at node 4 at 4.999999999s, which nothing could have brought there before 5s"},
		{Never, 2 * s, 7 * s, Verdict{Fate: Early}, "message 3 is at node 4 at 2s, which nothing could have brought there"},
	} {
		got := Judge(c.possible, c.arrived, c.until)
		if got != c.want {
			t.Errorf("possible %v, arrived %v, until %v: %v %v, want %v %v", c.possible, c.arrived, c.until, got.Fate, got.Late, c.want.Fate, c.want.Late)
		}
		if said := got.Violation(3, 4, c.possible, c.arrived); said != c.violation {
			t.Errorf("possible %v, arrived %v: says %q, want %q", c.possible, c.arrived, said, c.violation)
		}
	}
}
