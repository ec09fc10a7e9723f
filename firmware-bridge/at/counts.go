package at

import bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"

// counts of what a radio said, over all openings of its port.
type counts struct {
	before            Outcomes // of the openings that have ended
	bad, early, other uint64
}

// decoded adds what was counted in an opening that has ended.
func (c *counts) decoded(l *Lines) {
	c.before.Lines += l.Lines
	c.before.Oversize += l.Oversize
	c.before.Broken += l.Broken
}

// Counters implements bridge.Driver.
func (d *Driver) Counters() []bridge.Counter {
	c := d.counts
	c.decoded(&d.lines)
	return []bridge.Counter{
		{Name: d.prefix + " lines", Count: c.before.Lines},
		{Name: d.prefix + " dropped: oversize", Count: c.before.Oversize},
		{Name: d.prefix + " dropped: half a line", Count: c.before.Broken},
		{Name: d.prefix + " dropped: a packet that is no frame", Count: c.bad},
		{Name: d.prefix + " dropped: packet before set-up", Count: c.early},
		{Name: d.prefix + " lines of no use here", Count: c.other},
	}
}
