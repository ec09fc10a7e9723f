package kiss

import (
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
)

// counts of what a modem said, over all openings of its port.
type counts struct {
	before               wire.Outcomes // of the decoders of earlier openings
	command, port, short uint64
	foreign, malformed   uint64 // AX.25 frames
}

// Counters implements bridge.Driver.
func (d *driver) Counters() []bridge.Counter {
	c := d.counts
	c.before.Add(d.decoder.Outcomes)
	return []bridge.Counter{
		{Name: "kiss frames", Count: c.before.Frames},
		{Name: "kiss dropped: bad escape", Count: c.before.BadEscape},
		{Name: "kiss dropped: oversize", Count: c.before.Oversize},
		{Name: "kiss dropped: bytes before the first frame", Count: c.before.Noise},
		{Name: "kiss dropped: not data", Count: c.command},
		{Name: "kiss dropped: other port", Count: c.port},
		{Name: "kiss dropped: short", Count: c.short},
		{Name: "kiss dropped: foreign AX.25", Count: c.foreign},
		{Name: "kiss dropped: malformed AX.25", Count: c.malformed},
	}
}
