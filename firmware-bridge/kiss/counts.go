package kiss

import bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"

// counts of what a modem said, over all openings of its port.
type counts struct {
	before               Outcomes // of the decoders of earlier openings
	command, port, short uint64
}

// decoded adds what a decoder counted in an opening that has ended.
func (c *counts) decoded(d *Decoder) {
	c.before.Frames += d.Frames
	c.before.BadEscape += d.BadEscape
	c.before.Oversize += d.Oversize
	c.before.Noise += d.Noise
}

// Counters implements bridge.Driver.
func (d *driver) Counters() []bridge.Counter {
	c := d.counts
	c.decoded(&d.decoder)
	return []bridge.Counter{
		{Name: "kiss frames", Count: c.before.Frames},
		{Name: "kiss dropped: bad escape", Count: c.before.BadEscape},
		{Name: "kiss dropped: oversize", Count: c.before.Oversize},
		{Name: "kiss dropped: bytes before the first frame", Count: c.before.Noise},
		{Name: "kiss dropped: not data", Count: c.command},
		{Name: "kiss dropped: other port", Count: c.port},
		{Name: "kiss dropped: short", Count: c.short},
	}
}
