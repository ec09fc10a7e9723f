package sim

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/report"
)

// powered is a LoRa channel on which node 1 hears node 0 and nobody hears node 2, which
// is 20 dB below what a receiver needs.
func powered(nodes int) Channel {
	l := airtime.LoRa{Spreading: 11, Bandwidth: 250_000, Coding: 5, Preamble: 16}
	c := Channel{Radio: medium.LoRa(l), MTU: 237, Nodes: All(0, nodes), Air: radio.Air{LoRa: l}, Band: radio.Band{Centre: 869_525_000, Bandwidth: 250_000}}
	c.Radio.Receiver.Fading = 0
	for from := range nodes {
		for to := range nodes {
			power := -110.25
			if from == 2 || to == 2 {
				power = medium.LoRaSensitivity(l) - 20
			}
			if from != to {
				c.Paths = append(c.Paths, Path{From: from, To: to, Path: medium.Path{Power: power}})
			}
		}
	}
	return c
}

// keen keeps what it was told of the last frame.
type keen struct {
	Machine
	heard *radio.Heard
}

func (k keen) Step(now clock.Reading, ev mesh.Event) []mesh.Effect {
	if e, ok := ev.(mesh.LinkEvent); ok {
		if heard, ok := e.Event.(radio.Heard); ok {
			*k.heard = heard
		}
	}
	return k.Machine.Step(now, ev)
}

func TestPowersDecideWhoHearsWhom(t *testing.T) {
	var last radio.Heard
	for _, p := range []gossip{{}, {answers: true}} {
		o := Options{Seed: 3, Nodes: 3, Channels: []Channel{powered(3)}}
		if p.answers {
			o.Protocol = p
		} else {
			o.Build = func(i int, now clock.Reading, cfg mesh.Config) (Machine, error) {
				m, err := mesh.New(now, cfg)
				return keen{m, &last}, err
			}
		}
		w := newWorld(t, o)
		near := w.Submit(Message{At: time.Minute, From: 0, To: node(1), Bytes: 40, Lifetime: time.Hour})
		far := w.Submit(Message{At: time.Minute, From: 0, To: node(2), Bytes: 40, Lifetime: time.Hour})
		w.RunFor(20 * time.Minute)
		r := w.Result()
		if c := r.Messages[near].Copies[0]; c.Arrived < c.Possible || c.Possible < time.Minute {
			t.Errorf("near: %+v", c)
		}
		if c := r.Messages[far].Copies[0]; c.Arrived != report.Never || c.Possible != report.Never {
			t.Errorf("far: %+v", c)
		}
		if len(r.Violations) > 0 || r.Channels[0].Lost == 0 {
			t.Errorf("%q, %+v", r.Violations, r.Channels[0])
		}
	}
	if last.Signal == nil || last.Signal.RSSI != -110 || last.Signal.SNR < 3.5 || last.Signal.SNR > 4 {
		t.Errorf("heard with %+v", last.Signal)
	}
}
