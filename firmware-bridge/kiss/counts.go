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
	return append(c.before.Counters("kiss"),
		bridge.Counter{Name: "kiss dropped: not data", Count: c.command},
		bridge.Counter{Name: "kiss dropped: other port", Count: c.port},
		bridge.Counter{Name: "kiss dropped: short", Count: c.short},
		bridge.Counter{Name: "kiss dropped: foreign AX.25", Count: c.foreign},
		bridge.Counter{Name: "kiss dropped: malformed AX.25", Count: c.malformed},
	)
}
