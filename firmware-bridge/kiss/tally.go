package kiss

import (
	"sync/atomic"

	bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"
)

// tally counts over all openings of the port.
type tally struct {
	frames, badEscape, oversize, noise atomic.Uint64 // as in Outcomes
	command, port, short               atomic.Uint64
}

// decoded moves what a decoder counted into the tally.
func (t *tally) decoded(d *Decoder) {
	t.frames.Add(d.Frames)
	t.badEscape.Add(d.BadEscape)
	t.oversize.Add(d.Oversize)
	t.noise.Add(d.Noise)
	d.Outcomes = Outcomes{}
}

// Counters tells what came from the modem and what was dropped, and why.
func (l *Link) Counters() []bridge.Counter {
	t := &l.tally
	return []bridge.Counter{
		{Name: "kiss frames", Count: t.frames.Load()},
		{Name: "kiss dropped: bad escape", Count: t.badEscape.Load()},
		{Name: "kiss dropped: oversize", Count: t.oversize.Load()},
		{Name: "kiss dropped: bytes before the first frame", Count: t.noise.Load()},
		{Name: "kiss dropped: not data", Count: t.command.Load()},
		{Name: "kiss dropped: other port", Count: t.port.Load()},
		{Name: "kiss dropped: short", Count: t.short.Load()},
		{Name: "kiss dropped: node busy", Count: l.events.Dropped()},
	}
}
