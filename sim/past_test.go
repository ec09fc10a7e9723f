package sim

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/report"
)

// TestThePastIsKnown: while a node has no power, or is cut off, nothing could have come;
// nor when the run is over.
func TestThePastIsKnown(t *testing.T) {
	const begin, end, over = time.Minute, 10 * time.Minute, 20 * time.Minute
	for name, do := range map[string][2]func(*World){
		"nothing":           {func(*World) {}, func(*World) {}},
		"the receiver down": {func(w *World) { w.Crash(1); w.Crash(1) }, func(w *World) { w.Start(1) }},
		"the sender down":   {func(w *World) { w.Crash(0) }, func(w *World) { w.Start(0) }},
		"cut off":           {func(w *World) { w.Cut(1, 0) }, func(w *World) { w.Mend(0, 1) }},
		"its radio away":    {func(w *World) { w.pull(w.hosts[1], w.hosts[1].ports[0]) }, func(w *World) { w.plug(w.hosts[1], w.hosts[1].ports[0]) }},
		"away and cut off":  {func(w *World) { w.Cut(0, 1); w.pull(w.hosts[0], w.hosts[0].ports[0]) }, func(w *World) { w.Mend(0, 1); w.plug(w.hosts[0], w.hosts[0].ports[0]) }},
		"for good":          {func(w *World) { w.Cut(1, 0); w.Crash(1) }, func(*World) {}},
	} {
		c := vhf(1200, All(0, 2), nil)
		c.Pairs = [][2]int{{0, 1}}
		w := newWorld(t, Options{Seed: 4, Nodes: 2, Protocol: gossip{}, Channels: []Channel{c}})
		air := c.Radio.Airtime(40)
		for _, at := range []time.Duration{0, 3 * time.Minute, 15 * time.Minute, over - air + 1} {
			w.Submit(Message{At: at, From: 0, To: node(1), Bytes: 40, Lifetime: time.Hour})
		}
		w.RunFor(begin)
		do[0](w)
		w.RunFor(end - begin)
		do[1](w)
		w.RunFor(over - end)
		r := w.Result()
		if len(r.Violations) > 0 {
			t.Fatalf("%s: %v", name, r.Violations)
		}
		want := []time.Duration{air, 3*time.Minute + air, 15*time.Minute + air, report.Never}
		switch name {
		case "nothing":
		case "for good":
			want[1], want[2] = report.Never, report.Never
		default:
			want[1] = end + air
		}
		for i, m := range r.Messages {
			if c := m.Copies[0]; c.Possible != want[i] || c.Arrived != report.Never && c.Possible == report.Never {
				t.Errorf("%s: message %d came at %v and could at %v, want %v", name, i, c.Arrived, c.Possible, want[i])
			}
		}
	}
}
