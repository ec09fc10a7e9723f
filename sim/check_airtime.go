package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// spent is what one radio transmitted, as the channel saw it: it knows nothing of
// what the node reckons.
type spent struct {
	total time.Duration // by the channel's count
	list  []onAir       // of the last hour
	most  time.Duration // in any hour so far
}

// onAir is one transmission.
type onAir struct{ begin, end clock.Instant }

// checkAirtime sums what each radio transmitted in every rolling hour. The fullest
// hour ends with a transmission, so those are looked at that do.
func (w *World) checkAirtime(c *channel) {
	if c.about.Allowed == 0 {
		return
	}
	for len(c.spent) < len(c.ports) {
		c.spent = append(c.spent, spent{})
	}
	for i := range c.spent {
		s, total := &c.spent[i], c.medium.Station(i).Airtime
		switch more := total - s.total; {
		case more > 0: // it has just begun
			s.list = append(s.list, onAir{w.now, w.now.Add(more)})
		case more < 0: // it broke off
			s.list[len(s.list)-1].end = s.list[len(s.list)-1].end.Add(more)
			s.total = total
			continue
		default:
			continue
		}
		s.total = total
		end := s.list[len(s.list)-1].end
		from, sum, old := end.Add(-time.Hour), time.Duration(0), 0
		for _, t := range s.list {
			if t.end <= from {
				old++
			}
			sum += max(0, t.end.Sub(max(t.begin, from)))
		}
		s.list = s.list[old:]
		if s.most = max(s.most, sum); sum > c.about.Allowed {
			w.violate("the radio of node %d transmits %v within an hour, allowed are %v", c.hosts[i].number, sum, c.about.Allowed)
		}
	}
}

// Spent returns the most that a node's radio transmitted in any hour, on a channel
// whose airtime is checked.
func (w *World) Spent(channel, station int) time.Duration {
	return w.channels[channel].spent[station].most
}
