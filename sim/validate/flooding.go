package validate

import (
	"bytes"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/reference"
	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// Flooding returns the case of managed flooding on a link matrix: name is that of its
// file, such as n20-s44.json, and text what the file holds. On each matrix all nodes
// write broadcasts for an hour, and in another run direct messages; both are repeated
// with other traffic, and what is found is the mean of the runs.
func Flooding(name string, text []byte, air Air) (Case, error) {
	m, err := terrain.ReadMatrix(bytes.NewReader(text))
	if err != nil {
		return Case{}, fmt.Errorf("%s: %w", name, err)
	}
	p, err := publishedFor(name, m.Len())
	if err != nil {
		return Case{}, err
	}
	if m.Preset != "LONG_FAST" {
		return Case{}, fmt.Errorf("%s: the radios are set to %q; the figures are of LONG_FAST", name, m.Preset)
	}
	return Case{
		Name:  fmt.Sprintf("managed flooding, %d nodes, seed %d, %s", p.nodes, p.seed, air.Name),
		Lasts: 2 * floodingSeeds * floodingLasts,
		Run: func(progress func(time.Duration) bool) ([]Row, error) {
			found, err := measure(m, air, progress)
			if err != nil || found == nil {
				return nil, err
			}
			return p.rows(air, found), nil
		},
	}, nil
}

// floodingSeeds is how often each figure is measured, with other traffic each time.
const floodingSeeds = 5

// Air is a model of how radios receive and listen.
type Air struct {
	Name  string
	radio func(l airtime.LoRa) medium.Config
	why   explanations
}

// explanations say of each kind of figure why it differs, where it does.
type explanations struct{ delivered, acknowledged, airtime, latency explanation }

// explanation is why a figure differs, and by how much it may for that reason: in points
// for shares, else as a ratio of what is found to what is published.
type explanation struct {
	why         string
	least, most float64
}

// of returns the reason for a row that does not hold; none if it differs by more than
// that, or the other way.
func (e explanation) of(r Row) string {
	by := r.Found - r.Published
	if r.Unit != "%" {
		by = r.Found / r.Published
	}
	if r.Holds || by < e.least || by > e.most {
		return ""
	}
	return e.why
}

// PublishedAir is the air of Meshtasticator, in which the figures were found: frames are
// judged by pairs, as medium.Onset says, and a radio knows at once that a frame arrives
// at it. Its detection of weaker carriers, which is blind for a slot there, knows at
// once here.
func PublishedAir() Air {
	return Air{
		Name: "Meshtasticator's air",
		radio: func(l airtime.LoRa) medium.Config {
			c := PhysicalAir().radio(l)
			c.Receiver.Summing, c.Receiver.Locked = medium.Onset, false
			for i := range c.Receiver.Modes {
				c.Receiver.Modes[i].Sense = time.Nanosecond
			}
			return c
		},
		why: explanations{airtime: explanation{whyAirtime, 1, 1.3}, latency: explanation{whyLatency, 1, 6}},
	}
}

// PhysicalAir is the air of this simulator's LoRa channels: the energy of all
// interferers counts, a receiver stays with the first frame, and a carrier has to last
// 8.5 symbols before a radio notices it.
func PhysicalAir() Air {
	return Air{
		Name: "this simulator's air",
		radio: func(l airtime.LoRa) medium.Config {
			c := medium.LoRa(l)
			c.Access = medium.Immediate // the protocol itself listens and waits
			return c
		},
		why: explanations{
			delivered: explanation{whyDelivered, -10, 0}, acknowledged: explanation{whyAcknowledged, -12, 0},
			airtime: explanation{whyAirtime, 1, 1.4}, latency: explanation{whyLatency, 1, 6},
		},
	}
}

const (
	whyDelivered = "a receiver stays with the first frame, does not notice carriers for a slot, and loses by the energy of all interferers; " +
		"by the rules of Meshtasticator the figure is within what is allowed, or nearer to it"
	whyAcknowledged = "most of it is that a receiver stays with the first frame: the addressee acknowledges while its neighbours " +
		"relay, and where a relay came first, a stronger acknowledgement is lost; by the rules of Meshtasticator the figure holds"
	whyAirtime = "writers in Meshtasticator take it for an acknowledgement when any relay, anywhere, hears another, and send less " +
		"often again; that saves 0.3 to 0.4 s with 20 nodes"
	whyLatency = "Meshtasticator as it is now (a304b7d) has such latencies, too: with three other seeds of traffic p95 is 9 to 11 s " +
		"for 20 nodes of seed 44 (published 7.6 s), with one other 38 and 13.5 s for 50 nodes of seeds 44 and 45 (published 15.4 and 11.2 s), and 50 s for 100 of seed 45 (published 24 s)"
)

// longFast is Meshtastic's LongFast.
func longFast() airtime.LoRa {
	return airtime.LoRa{Spreading: 11, Bandwidth: 250_000, Coding: 5, Preamble: 16}
}

// rules are those by which the figures were found.
func rules() reference.Protocol { return reference.Meshtasticator() }
