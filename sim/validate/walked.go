package validate

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// walks are those of several runs.
type walks struct{ delivered, median, overhead []float64 }

// meter counts the messages that actors get from each other.
type meter struct {
	reference.Protocol
	transfers int
}

// New makes an actor that is counted.
func (m *meter) New(n reference.Node) reference.Actor { return metered{m.Protocol.New(n), m} }

type metered struct {
	reference.Actor
	meter *meter
}

// Step lets the actor do its step.
func (m metered) Step(now clock.Instant, ev reference.Event) []reference.Action {
	if heard, ok := ev.(reference.Heard); ok && len(heard.Data) > reference.Head {
		m.meter.transfers++
	}
	return m.Actor.Step(now, ev)
}

func (f *walks) add(run report.Run, transfers int) {
	var late []float64
	for _, m := range run.Messages {
		for _, c := range m.Copies {
			if c.Arrived != report.Never {
				late = append(late, (c.Arrived - m.At).Seconds())
			}
		}
	}
	n := float64(len(late))
	f.delivered = append(f.delivered, 100*n/float64(max(len(run.Messages), 1)))
	f.median = append(f.median, median(late))
	f.overhead = append(f.overhead, (float64(transfers)-n)/max(n, 1))
}

// median is the upper one of the two in the middle, as the ONE reports it.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func mean(all []float64) float64 {
	sum := 0.0
	for _, x := range all {
		sum += x
	}
	return sum / float64(len(all))
}
