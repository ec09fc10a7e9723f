package main

import (
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

// A second edition soon after the first ends the search for those who have not followed
// that: the authority is told before it signs.
func TestStragglersAreNamed(t *testing.T) {
	const from, until = 1000, 2000
	for name, c := range map[string]struct {
		old  *plan.Plan
		now  int64
		want bool
	}{
		"the first plan":             {nil, 1500, false},
		"before the moment":          {&plan.Plan{Edition: 7, From: from, Until: until}, from - 1, false},
		"while some may be missing":  {&plan.Plan{Edition: 7, From: from, Until: until}, from, true},
		"when the former ones ended": {&plan.Plan{Edition: 7, From: from, Until: until}, until, false},
		"where they never end":       {&plan.Plan{Edition: 7}, until, true},
	} {
		line := stragglers(c.old, clock.Wall(c.now))
		if strings.Contains(line, "edition 7") != c.want || !c.want && line != "" {
			t.Errorf("%s: %q", name, line)
		}
	}
}
