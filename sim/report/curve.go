package report

import (
	"math"
	"slices"
	"time"
)

// curve is a share that grows over time: of all copies expected, those there by then.
type curve struct {
	name   string
	came   []time.Duration // sorted
	copies int
}

func (c *curve) at(x time.Duration) float64 {
	n, _ := slices.BinarySearch(c.came, x+1)
	return float64(n) / float64(max(c.copies, 1))
}

// measure gives the time of a copy that came at an instant, on the axis of a chart.
type measure func(m *Message, at time.Duration) time.Duration

// overRun is since the run began; overLife since the message was written.
func overRun(_ *Message, at time.Duration) time.Duration  { return at }
func overLife(m *Message, at time.Duration) time.Duration { return at - m.At }

// curves are one for each protocol over all its runs, in the order in which they occur
// first, and the oracle's, which is the highest of those of all protocols: where
// they send frames of different lengths, not the same is possible.
func curves(runs []Run, on measure) (protocols []curve, oracles []curve) {
	for i := range runs {
		r := &runs[i]
		at := slices.IndexFunc(protocols, func(c curve) bool { return c.name == r.Protocol })
		if at < 0 {
			at = len(protocols)
			protocols, oracles = append(protocols, curve{name: r.Protocol}), append(oracles, curve{name: "possible"})
		}
		p, o := &protocols[at], &oracles[at]
		for j := range r.Messages {
			m := &r.Messages[j]
			p.copies += len(m.Copies)
			o.copies += len(m.Copies)
			for _, c := range m.Copies {
				if m.within(c.Arrived) {
					p.came = append(p.came, on(m, c.Arrived))
				}
				if m.within(c.Possible) {
					o.came = append(o.came, on(m, c.Possible))
				}
			}
		}
	}
	for i := range protocols {
		slices.Sort(protocols[i].came)
		slices.Sort(oracles[i].came)
	}
	return protocols, oracles
}

// steps is into how many pieces a curve is cut.
const steps = 240

// linear returns instants at equal distances, to the end of the longest run.
func linear(runs []Run) []time.Duration {
	end := time.Second
	for i := range runs {
		end = max(end, runs[i].Simulated)
	}
	out := make([]time.Duration, steps+1)
	for i := range out {
		out[i] = time.Duration(float64(end) * float64(i) / steps)
	}
	return out
}

// Least and most decades of a logarithmic axis: 100 ms, and 12 days.
const (
	leastDecade = -1
	mostDecade  = 6
)

// logarithmic returns delays from 0.1 s, or what is least, to what is most, in whole
// decades.
func logarithmic(all ...[]curve) []time.Duration {
	low, high := mostDecade, leastDecade+1
	for _, cs := range all {
		for _, c := range cs {
			if len(c.came) == 0 {
				continue
			}
			low = min(low, int(math.Floor(math.Log10(max(c.came[0].Seconds(), 0.1)))))
			high = max(high, int(math.Ceil(math.Log10(max(c.came[len(c.came)-1].Seconds(), 0.1)))))
		}
	}
	low = max(min(low, high-1), leastDecade)
	high = min(max(high, low+1), mostDecade)
	out := make([]time.Duration, steps+1)
	for i := range out {
		decade := float64(low) + float64(float64(high-low)*float64(i)/steps)
		out[i] = time.Duration(math.Pow(10, decade) * float64(time.Second))
	}
	return out
}
