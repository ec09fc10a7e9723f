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
	return []bridge.Counter{
		{Name: "rnode frames", Count: c.before.Frames},
		{Name: "rnode dropped: bad escape", Count: c.before.BadEscape},
		{Name: "rnode dropped: oversize", Count: c.before.Oversize},
		{Name: "rnode dropped: bytes before the first frame", Count: c.before.Noise},
		{Name: "rnode dropped: half a frame", Count: c.before.Broken},
		{Name: "rnode dropped: packet before set-up", Count: c.early},
		{Name: "rnode frames of no use here", Count: c.other},
		{Name: "rnode warnings", Count: c.warnings},
	}
}
