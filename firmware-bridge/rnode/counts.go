package rnode

import (
	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/kiss/wire"
)

// counts of what a radio said, over all openings of its port.
type counts struct {
	before                 wire.Outcomes // of the decoders of earlier openings
	early, other, warnings uint64
}

// Counters implements bridge.Driver.
func (d *driver) Counters() []bridge.Counter {
	c := d.counts
	c.before.Add(d.decoder.Outcomes)
	return append(c.before.Counters("rnode"),
		bridge.Counter{Name: "rnode dropped: half a frame", Count: c.before.Broken},
		bridge.Counter{Name: "rnode dropped: packet before set-up", Count: c.early},
		bridge.Counter{Name: "rnode frames of no use here", Count: c.other},
		bridge.Counter{Name: "rnode warnings", Count: c.warnings},
	)
}
