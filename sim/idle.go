package sim

import (
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// IdleCounty is a county in which nothing happens: so many nodes, each of which hears
// eight others on average, on one LoRa channel (spreading factor 9, 250 kHz). Nobody
// writes; what is on the air are beacons. Duty is the share of the time that a radio may
// transmit, in thousandths of a percent: nodes space their beacons by it. With QuietDuty
// a node says so once in 15 minutes. The checkers are left out: this is for measuring
// what nodes and channel cost.
func IdleCounty(seed uint64, nodes, duty int) Options {
	l := airtime.LoRa{Spreading: 9, Bandwidth: 250_000, Coding: 5, Preamble: 16}
	c := Channel{
		Radio: medium.LoRa(l), MTU: 237, Nodes: All(0, nodes),
		Air:  radio.Air{LoRa: l},
		Band: radio.Band{Centre: 869_525_000, Bandwidth: l.Bandwidth, Duty: duty},
	}
	for _, pair := range Geometric(seed, nodes, math.Sqrt(8/(math.Pi*float64(nodes)))) {
		for _, p := range [][2]int{pair, {pair[1], pair[0]}} {
			c.Paths = append(c.Paths, Path{From: p[0], To: p[1], Path: medium.Path{Power: -110}})
		}
	}
	return Options{
		Seed: seed, Nodes: nodes, Bound: time.Second, Channels: []Channel{c}, Unchecked: true,
		Disk: [2]time.Duration{2 * time.Millisecond, 30 * time.Millisecond},
	}
}

// QuietDuty is the limit under which a node of IdleCounty has a beacon every 15 minutes.
const QuietDuty = 200
