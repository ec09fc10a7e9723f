package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// spent is what one radio transmitted, as the channel saw it: it knows nothing of
// what the node reckons.
type spent struct {
	total time.Duration // by the channel's count
	list  []onAir       // of the last hour, ascending
	sum   time.Duration // of the list
	most  time.Duration // in any hour so far
}

// onAir is one transmission.
type onAir struct{ begin, end clock.Instant }

// checkAirtime sums what the radio of a station transmitted in the hour that ends now,
// with a transmission: one of these is the fullest. A station has one frame outstanding,
// and here it has left, or broke off.
func (w *World) checkAirtime(c *channel, station int) {
	for len(c.spent) < len(c.ports) {
		c.spent = append(c.spent, spent{})
	}
	s, total := &c.spent[station], c.medium.Station(station).Airtime
	more := total - s.total
	if more <= 0 {
		return
	}
	s.total = total
	s.list = append(s.list, onAir{w.now.Add(-more), w.now})
	s.sum += more
	from, old := w.now.Add(-time.Hour), 0
	for _, t := range s.list {
		if t.end > from {
			break
		}
		s.sum -= t.end.Sub(t.begin)
		old++
	}
	s.list = s.list[old:]
	sum := s.sum - max(0, from.Sub(s.list[0].begin)) // of which a part may lie before
	if s.most = max(s.most, sum); c.about.Allowed > 0 && sum > c.about.Allowed {
		w.violate("the radio of node %d transmits %v within an hour, allowed are %v", c.hosts[station].number, sum, c.about.Allowed)
	}
}

// Spent returns the most that a node's radio transmitted in any hour, on a channel.
func (w *World) Spent(channel, station int) time.Duration {
	if spent := w.channels[channel].spent; station < len(spent) {
		return spent[station].most
	}
	return 0
}
