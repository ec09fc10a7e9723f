package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
)

// AccessOptions says how much of each network is simulated.
type AccessOptions struct {
	Runs int    // of each network, each with another seed
	Seed uint64 // of the first run
}

// accessCase is a network on one shared channel, and how often somebody in it writes.
type accessCase struct {
	name    string
	radio   medium.Config
	mtu     int
	nodes   int
	line    bool // each hears only the next ones; else all hear all
	routine time.Duration
}

// What is written: a ROUTINE from somebody to somebody else each so often, and a FLASH
// to all once a minute.
const (
	accessMeet   = 2 * time.Minute
	accessSpan   = 10 * time.Minute
	accessDrain  = time.Minute
	accessFlash  = time.Minute
	accessText   = "routine "
	accessUrgent = "Line 4 is down across the road, keep away."
)

// deafLoRa is a LoRa module that does not listen before it talks.
func deafLoRa() medium.Config {
	l := airtime.LoRa{Spreading: 8, Bandwidth: 125_000, Coding: 5, Preamble: 8}
	return medium.Config{BitsPerSecond: l.BitsPerSecond(), Overhead: l.OnAir(1), OnAir: l.OnAir, Sense: sim.Deaf, Slot: time.Millisecond, Persistence: 1}
}

func accessCases() []accessCase {
	vhf, lora := medium.VHF(1200), deafLoRa()
	return []accessCase{
		{"vhf/cell3", vhf, 255, 3, false, 12 * time.Second},
		{"vhf/cell8", vhf, 255, 8, false, 12 * time.Second},
		{"vhf/line5", vhf, 255, 5, true, 20 * time.Second},
		{"lora/cell3", lora, 240, 3, false, 6 * time.Second},
		{"lora/cell8", lora, 240, 8, false, 10 * time.Second},
		{"lora/line5", lora, 240, 5, true, 12 * time.Second},
	}
}

// Access measures how real nodes share one channel under load, in virtual time: how
// long FLASH and ROUTINE take, what has not arrived a minute after the last was written,
// and how much of the time the radios transmit, all together.
func Access(o AccessOptions) (*Report, error) {
	r := newReport("access")
	r.Parameters["runs"], r.Parameters["seed"], r.Parameters["span"] = o.Runs, o.Seed, accessSpan.String()
	for _, c := range accessCases() {
		var t accessTally
		for i := range o.Runs {
			if err := t.run(c, o.Seed+uint64(i)); err != nil {
				return nil, fmt.Errorf("%s, seed %d: %w", c.name, o.Seed+uint64(i), err)
			}
		}
		for _, class := range []struct {
			name string
			took []time.Duration
			lost int
		}{{"flash", t.flash, t.flashLost}, {"routine", t.routine, t.routineLost}} {
			slices.Sort(class.took)
			r.add(c.name+"/"+class.name+"/mean_s", average(class.took).Seconds(), "s")
			r.add(c.name+"/"+class.name+"/p95_s", part(class.took, 95).Seconds(), "s")
			r.add(c.name+"/"+class.name+"/late", float64(class.lost)/float64(max(1, class.lost+len(class.took))), "of 1")
		}
		r.add(c.name+"/on_air", t.air.Seconds()/(time.Duration(o.Runs)*(accessSpan+accessDrain)).Seconds(), "of the time")
		r.add(c.name+"/spoilt", float64(t.spoilt)/float64(max(1, t.arrivals)), "of arrivals")
	}
	return r, nil
}

func average(list []time.Duration) (d time.Duration) {
	for _, x := range list {
		d += x
	}
	return d / time.Duration(max(1, len(list)))
}

func part(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[len(sorted)*percent/100]
}

// accessTally collects the runs of one network.
type accessTally struct {
	flash, routine         []time.Duration
	flashLost, routineLost int
	air                    time.Duration
	spoilt, arrivals       uint64
}

// writing is a message of a run and who has to get it.
type writing struct {
	number int
	flash  bool
	to     []int
}

func (t *accessTally) run(c accessCase, seed uint64) error {
	all := sim.All(0, c.nodes)
	pairs := sim.Clique(all...)
	if c.line {
		pairs = sim.Line(0, c.nodes)
	}
	w, err := sim.New(sim.Options{Seed: seed, Nodes: c.nodes, Channels: []sim.Channel{{Radio: c.radio, MTU: c.mtu, Nodes: all, Pairs: pairs}}})
	if err != nil {
		return err
	}
	w.RunFor(accessMeet)
	before := w.Air(0)
	written := c.write(w, rand.New(rand.NewPCG(seed, 1)))
	w.RunFor(accessSpan + accessDrain)
	if v := w.Violations(); len(v) > 0 {
		return fmt.Errorf("%s", v[0])
	}
	air := w.Air(0)
	t.air += air.Airtime - before.Airtime
	spoilt := air.Collided + air.Deaf - before.Collided - before.Deaf
	t.spoilt += spoilt
	t.arrivals += spoilt + air.RxFrames - before.RxFrames
	t.read(w, written)
	return nil
}

// write submits all messages of a run.
func (c accessCase) write(w *sim.World, luck *rand.Rand) (list []writing) {
	for at := time.Duration(0); at < accessSpan; at += c.routine {
		from := luck.IntN(c.nodes)
		to := (from + 1 + luck.IntN(c.nodes-1)) % c.nodes
		number := w.Submit(sim.Message{At: at + time.Duration(luck.Int64N(int64(c.routine))), From: from, To: bundle.Destination{Node: ident.Number(to + 1)},
			Precedence: bundle.Routine, Text: strings.Repeat(accessText, 1+luck.IntN(16))})
		list = append(list, writing{number: number, to: []int{to}})
	}
	for at := accessFlash / 2; at < accessSpan; at += accessFlash {
		from := luck.IntN(c.nodes)
		number := w.Submit(sim.Message{At: at + time.Duration(luck.Int64N(int64(accessFlash)/6)), From: from, To: bundle.Destination{Group: sim.Everyone},
			Precedence: bundle.Flash, Text: accessUrgent})
		list = append(list, writing{number: number, flash: true, to: slices.DeleteFunc(sim.All(0, c.nodes), func(i int) bool { return i == from })})
	}
	return list
}

// read looks at who got what, and when.
func (t *accessTally) read(w *sim.World, written []writing) {
	for _, m := range written {
		for _, to := range m.to {
			took, arrived := w.Took(m.number, to)
			switch {
			case m.flash && arrived:
				t.flash = append(t.flash, took)
			case m.flash:
				t.flashLost++
			case arrived:
				t.routine = append(t.routine, took)
			default:
				t.routineLost++
			}
		}
	}
}
