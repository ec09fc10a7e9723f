package scenario

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
)

// TestJudge: what is possible within a time, and no more, is expected.
func TestJudge(t *testing.T) {
	const s = time.Second
	r := report.Run{
		Protocol: Blackstart, Simulated: 100 * s,
		Channels: []report.Channel{{Name: "lora", Allowed: 36 * s, BusiestHour: 40 * s}, {Name: "free", BusiestHour: 99 * s}},
		Messages: []report.Message{
			{Precedence: "FLASH", Group: true, At: 0, Lifetime: 60 * s, Copies: []report.Copy{
				{Possible: 1 * s, Arrived: 2 * s}, {Possible: 1 * s, Arrived: 20 * s},
				{Possible: 1 * s, Arrived: report.Never}, {Possible: report.Never, Arrived: report.Never}, {Possible: 61 * s, Arrived: 62 * s},
			}},
			{Precedence: "ROUTINE", At: 10 * s, Lifetime: 60 * s, Copies: []report.Copy{{Possible: 14 * s, Arrived: 16 * s}}},
		},
	}
	for _, c := range []struct {
		text, want, found string
		held              bool
	}{
		{"{delivered: 66 %, precedence: flash}", "delivered of flash: at least 66.0 % of what is possible", "66.6 %: 2 of 3", true},
		{"{delivered: 67 %, precedence: flash}", "delivered of flash: at least 67.0 % of what is possible", "66.6 %: 2 of 3", false},
		{"{delivered: 50 %, within: 10 s}", "delivered: at least 50.0 % of what is possible within 10 s", "50.0 %: 2 of 4", true},
		{"{delivered: 100 %, to: nodes}", "delivered to nodes: at least 100.0 % of what is possible", "100.0 %: 1 of 1", true},
		{"{delivered: 100 %, precedence: priority}", "delivered of priority: at least 100.0 % of what is possible", "nothing was possible", true},
		{"{median: 150 %, to: nodes}", "median time to delivery to nodes: at most 150.0 % of the earliest possible", "6s and 4s", true},
		{"{median: 149 %, to: nodes}", "median time to delivery to nodes: at most 149.0 % of the earliest possible", "6s and 4s", false},
		{"{median: 900 %, precedence: priority}", "median time to delivery of priority: at most 900.0 % of the earliest possible", "nothing was delivered", false},
	} {
		sc, err := Parse("s.yaml", []byte("name: s\nstory: x\nlasts: 1 min\nnodes: [{name: a}]\nexpect:\n  - "+c.text+"\n"), nothing)
		if err != nil {
			t.Fatal(err)
		}
		got := sc.judge(&r)
		want := []report.Expectation{{What: "lora: at most 36s on the air in any hour", Found: "40s", Held: false}, {What: c.want, Found: c.found, Held: c.held}}
		if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s:\n got %+v\nwant %+v", c.text, got, want)
		}
		partial := r
		partial.Partial = true
		if got := sc.judge(&partial); len(got) != 1 {
			t.Errorf("a partial run is judged: %v", got)
		}
		partial.Partial, partial.Protocol = false, "flood"
		if got := sc.judge(&partial); len(got) != 1 {
			t.Errorf("another protocol is held to what is expected of blackstart: %v", got)
		}
	}
}
