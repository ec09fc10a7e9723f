package bench

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// pair is two real nodes on one counted link without loss, in virtual time.
type pair struct {
	now     clock.Instant
	base    clock.Wall
	profile radio.Profile
	nodes   [2]*mesh.Node
	stores  [2]*mem.Store
	air     []flight
	heard   []counted
	op      *sim.Operator
	ear     *airEar
	last    mesh.Message
	refused error
}

// flight is a frame on its way.
type flight struct {
	at   clock.Instant
	from int
	data []byte
}

// counted is a frame as the link saw it.
type counted struct {
	from  int
	bytes int
	items []said
}

// wholeMTU is what holds any message of the bench whole.
const wholeMTU = 1024

// newPair takes the first two nodes of an operator with a number of them, and a
// radio of 1200 bit/s between them.
func newPair(signing mesh.Signing, operator, mtu int) (*pair, error) {
	base := clock.WallOf(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
	op, err := sim.NewOperator(1, operator, base.Day())
	if err != nil {
		return nil, err
	}
	p := &pair{base: base, op: op}
	p.profile = radio.Profile{Name: "counted", MTU: mtu, BitsPerSecond: 1200, Overhead: 300 * time.Millisecond}
	if p.ear, err = newAirEar(op, base.Day()); err != nil {
		return nil, err
	}
	for i := range p.nodes {
		p.stores[i] = mem.New()
		ring, err := op.Ring(ident.Number(i+1), base.Day())
		if err != nil {
			return nil, err
		}
		p.nodes[i], err = mesh.New(p.reading(), mesh.Config{
			Self: ident.Number(i + 1), Private: op.Private[i], Trust: op.Trust(), Ring: ring, Verifier: ident.Ed25519{},
			View: p.stores[i], Jitter: rand.New(rand.NewPCG(uint64(i), 1)), Signing: signing,
		})
		if err != nil {
			return nil, err
		}
	}
	for i := range p.nodes {
		if err := p.step(i, mesh.LinkEvent{Event: radio.Up{Profile: p.profile}}); err != nil {
			return nil, err
		}
	}
	return p, p.run(time.Minute) // they have met, and all is quiet
}

func (p *pair) reading() clock.Reading {
	return clock.Reading{Mono: p.now, Wall: p.base.Add(time.Duration(p.now)), Bound: time.Second}
}

func (p *pair) step(i int, ev mesh.Event) error {
	for _, e := range p.nodes[i].Step(p.reading(), ev) {
		switch e := e.(type) {
		case mesh.Commit:
			if err := p.stores[i].Commit(e.Batch); err != nil {
				return err
			}
			if err := p.step(i, mesh.Committed{}); err != nil {
				return err
			}
		case mesh.Transmit:
			items, err := p.ear.items(e.Frame.Data)
			if err != nil {
				return err
			}
			p.heard = append(p.heard, counted{i, len(e.Frame.Data), items})
			p.air = append(p.air, flight{p.now.Add(p.profile.Airtime(len(e.Frame.Data))), i, e.Frame.Data})
		case mesh.Accepted:
			p.last = e.Message
		case mesh.Refused:
			p.refused = e.Err
		}
	}
	return nil
}

// run lets d of virtual time pass.
func (p *pair) run(d time.Duration) error {
	for end := p.now.Add(d); ; {
		next, node := end, -1
		for i, n := range p.nodes {
			if t, ok := n.Deadline(); ok && t < next {
				next, node = t, i
			}
		}
		if len(p.air) > 0 && p.air[0].at <= next {
			f := p.air[0]
			p.air = p.air[1:]
			p.now = max(p.now, f.at)
			if err := p.land(f); err != nil {
				return err
			}
			continue
		}
		p.now = max(p.now, next)
		if node < 0 {
			return nil
		}
		if err := p.step(node, mesh.Wake{}); err != nil {
			return err
		}
	}
}

func (p *pair) land(f flight) error {
	if err := p.step(f.from, mesh.LinkEvent{Event: radio.Sent{}}); err != nil {
		return err
	}
	return p.step(1-f.from, mesh.LinkEvent{Event: radio.Heard{Data: f.data}})
}

// send submits a text at node 1 and returns every frame until all is quiet.
func (p *pair) send(to bundle.Destination, text string) ([]counted, error) {
	p.heard, p.refused = nil, nil
	err := p.step(0, mesh.Submit{Ref: 1, To: to, Precedence: bundle.Routine, Text: text, By: "bench"})
	if err == nil && p.refused != nil {
		err = p.refused
	}
	if err != nil {
		return nil, fmt.Errorf("sending %q: %w", text, err)
	}
	if err := p.run(3 * time.Minute); err != nil {
		return nil, err
	}
	m, ok := mesh.Find(p.stores[0], p.last.ID)
	if !ok || m.State != mesh.Delivered {
		return nil, fmt.Errorf("%q was not delivered: %v", text, m.State)
	}
	return p.heard, nil
}

// lockOut has the authority lock out a node that is not there, hands the network
// file to node 1, and returns every frame until all is quiet.
func (p *pair) lockOut(out ident.Number) ([]counted, error) {
	p.heard = nil
	block, err := p.op.NextBlock(p.base.Day(), out)
	if err != nil {
		return nil, err
	}
	if err := p.ear.learn(block); err != nil {
		return nil, err
	}
	if err := p.step(0, mesh.NewRoster{Trust: p.op.Trust(), By: "bench"}); err != nil {
		return nil, err
	}
	return p.heard, p.run(3 * time.Minute)
}
