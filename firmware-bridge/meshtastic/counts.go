package meshtastic

import bridge "github.com/blackstart-mesh/blackstart/firmware-bridge"

// counts of what a radio said, over all openings of its port.
type counts struct {
	before                  Outcomes // of the decoders of earlier openings
	malformed, early, other uint64
	notices                 uint64
	refused, duty           uint64
	implicit, real, unheard uint64
	encrypted, ports        uint64
	channels, echoes        uint64
	internet, empty         uint64
}

// decoded adds what a decoder counted in an opening that has ended.
func (c *counts) decoded(d *Decoder) {
	c.before.Frames += d.Frames
	c.before.Noise += d.Noise
	c.before.BadLength += d.BadLength
	c.before.Broken += d.Broken
}

// Counters implements bridge.Driver.
func (d *driver) Counters() []bridge.Counter {
	c := d.counts
	c.decoded(&d.decoder)
	list := []bridge.Counter{
		{Name: "meshtastic messages", Count: c.before.Frames},
		{Name: "meshtastic bytes between messages", Count: c.before.Noise},
		{Name: "meshtastic dropped: impossible length", Count: c.before.BadLength},
		{Name: "meshtastic dropped: half a message", Count: c.before.Broken},
		{Name: "meshtastic dropped: malformed", Count: c.malformed},
		{Name: "meshtastic dropped: packet before set-up", Count: c.early},
		{Name: "meshtastic dropped: other port", Count: c.ports},
		{Name: "meshtastic dropped: other channel", Count: c.channels},
		{Name: "meshtastic dropped: no key", Count: c.encrypted},
		{Name: "meshtastic dropped: own packet", Count: c.echoes},
		{Name: "meshtastic dropped: over the internet", Count: c.internet},
		{Name: "meshtastic dropped: empty packet", Count: c.empty},
		{Name: "meshtastic messages of no use here", Count: c.other},
		{Name: "meshtastic notices", Count: c.notices},
		{Name: "meshtastic frames refused", Count: c.refused},
		{Name: "meshtastic frames refused: duty cycle", Count: c.duty},
	}
	if !d.ack {
		return list
	}
	return append(list,
		bridge.Counter{Name: "meshtastic repeated by others", Count: c.implicit},
		bridge.Counter{Name: "meshtastic acknowledged by others", Count: c.real},
		bridge.Counter{Name: "meshtastic repeated by nobody", Count: c.unheard})
}
