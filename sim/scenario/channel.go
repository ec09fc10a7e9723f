package scenario

import (
	"fmt"
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
)

// weakest is how far below its sensitivity a receiver still has a path, in dB: what
// nobody can read disturbs others.
const weakest = 6

// radios makes the channels.
func (p *plan) radios() error {
	for i := range p.Radios {
		c := &p.Radios[i]
		channel := c.channel()
		channel.Nodes = p.with(c.Name)
		channel.Radio.Access = p.access()
		var err error
		if c.Matrix != "" {
			p.matrix(c, &channel)
		} else {
			err = p.land(c, &channel)
		}
		if err != nil {
			return fmt.Errorf("radio %q: %w", c.Name, err)
		}
		p.options.Channels = append(p.options.Channels, channel)
	}
	return nil
}

// channel is a channel without anybody on it.
func (c *Radio) channel() sim.Channel {
	out := sim.Channel{Name: c.Name, MTU: c.MTU}
	band := radio.Band{Centre: c.Frequency, Bandwidth: fmBandwidth, Power: int(math.Round(c.Power.DB())), Region: ledger.None}
	switch c.Kind {
	case LoRa:
		l := c.lora()
		out.Radio, out.Air.LoRa, band.Bandwidth = medium.LoRa(l), l, l.Bandwidth
	case AFSK:
		out.Radio = medium.AFSK()
	case FSK:
		out.Radio = medium.FSK()
	}
	if c.Kind != LoRa {
		out.Radio.BitsPerSecond = c.Rate
		if c.KeyUp > 0 {
			out.Radio.Overhead = c.KeyUp
		}
		h := airtime.HDLC{BitsPerSecond: c.Rate, KeyUp: out.Radio.Overhead}
		out.Air = radio.Air{HDLC: h, Added: out.Radio.Framing}
	}
	r := out.Radio.Receiver
	r.Fading = c.Fading.DB()
	if captured := c.Capture.DB(); captured > 0 {
		r.Capture = captured
	}
	if c.Duty < whole100 {
		out.Allowed = time.Hour / time.Duration(whole100) * time.Duration(c.Duty)
		band.Region, band.Duty = ledger.Licensed, int(c.Duty/10)
	}
	out.Band = band
	return out
}

// fmBandwidth is what a narrow-band FM channel takes, in Hz.
const fmBandwidth = 12_500

// budget is the greatest loss at which a frame is still received, in dB.
func (c *Radio) budget(r *medium.Receiver) float64 {
	return c.Power.DB() + 2*c.Antenna.DB() - r.Modes[0].Sensitivity
}

// matrix takes the losses of a file.
func (p *plan) matrix(c *Radio, to *sim.Channel) {
	m := p.Files.Matrices[c.Name]
	power := m.TxPower
	if p.stands(&c.Power) {
		power = c.Power.DB() + 2*c.Antenna.DB()
	}
	r := to.Radio.Receiver
	if m.Sensitivity != 0 {
		r.Modes[0].Sensitivity = m.Sensitivity
	}
	if !p.stands(&c.Fading) {
		r.Fading = 0 // the figures of a matrix are those of each frame
	}
	for from, node := range to.Nodes {
		for hearer, loss := range m.Row(from) {
			if at := power - loss; at >= r.Modes[0].Sensitivity-weakest {
				to.Paths = append(to.Paths, sim.Path{From: node, To: to.Nodes[hearer], Path: medium.Path{Loss: c.Loss.Of(), Power: at}})
			}
		}
	}
}
