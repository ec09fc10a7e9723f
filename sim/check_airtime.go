package sim

import (
	"time"

	"github.com/blackstart-mesh/blackstart/sim/law"
)

// checkAirtime tells the law what the radio of a station has transmitted: its frame has
// left, or broke off, and it has one outstanding.
func (w *World) checkAirtime(c *channel, station int) {
	if c.law == nil {
		c.law = law.New(time.Hour, c.about.Allowed)
	}
	for len(c.spent) < len(c.ports) {
		c.spent = append(c.spent, 0)
	}
	total := c.medium.Station(station).Airtime
	more := total - c.spent[station]
	if more <= 0 {
		return
	}
	c.spent[station] = total
	if sum, err := c.law.Add(station, w.now.Add(-more), w.now); err != nil {
		w.violate("the radio of node %d transmits %v within an hour, allowed are %v", c.hosts[station].number, sum, c.about.Allowed)
	}
}

// Spent returns the most that a node's radio transmitted in any hour, on a channel.
func (w *World) Spent(channel, station int) time.Duration {
	return w.channels[channel].mostInHour(station)
}

func (c *channel) mostInHour(station int) time.Duration {
	if c.law == nil {
		return 0
	}
	return c.law.Most(station)
}
