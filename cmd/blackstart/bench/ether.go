package bench

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// ether is two real nodes that share a channel, in virtual time.
type ether struct {
	now     clock.Instant
	base    clock.Wall
	op      *sim.Operator
	profile radio.Profile
	channel *medium.Medium
	ear     *airEar
	nodes   [2]*mesh.Node // number 1 and 2, at the stations 0 and 1
	stores  [2]*mem.Store
	waiting [2]spell // the frame that a modem holds
	spells  []spell  // what went over the channel, in order of its end
	refused error
}

// spell is one transmission.
type spell struct {
	from       int
	start, end clock.Instant
	items      []said
}

// says reports whether a transmission has something of a kind in it.
func (s spell) says(what string) bool {
	for _, it := range s.items {
		if it.what == what {
			return true
		}
	}
	return false
}

// newEther starts both nodes; from seed come all waits.
func newEther(op *sim.Operator, base clock.Wall, channel medium.Config, profile radio.Profile, seed uint64) (*ether, error) {
	e := &ether{base: base, op: op, profile: profile, channel: medium.New(channel)}
	var err error
	if e.ear, err = newAirEar(op, base.Day()); err != nil {
		return nil, err
	}
	for i := range e.nodes {
		e.channel.Join(rand.New(rand.NewPCG(seed, uint64(10+i))))
		e.stores[i] = mem.New()
		ring, err := op.Ring(ident.Number(i+1), base.Day())
		if err != nil {
			return nil, err
		}
		e.nodes[i], err = mesh.New(e.reading(), mesh.Config{
			Self: ident.Number(i + 1), Private: op.Private[i], Trust: op.Trust(), Ring: ring, Verifier: ident.Ed25519{},
			View: e.stores[i], Jitter: rand.New(rand.NewPCG(seed, uint64(i))), Signing: mesh.SignRequired,
		})
		if err != nil {
			return nil, err
		}
	}
	e.channel.Connect(0, 1, medium.Path{})
	e.channel.Connect(1, 0, medium.Path{})
	for i := range e.nodes {
		if err := e.step(i, mesh.LinkEvent{Event: radio.Up{Profile: profile}}); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (e *ether) reading() clock.Reading {
	return clock.Reading{Mono: e.now, Wall: e.base.Add(time.Duration(e.now)), Bound: time.Second}
}

func (e *ether) step(i int, ev mesh.Event) error {
	for _, effect := range e.nodes[i].Step(e.reading(), ev) {
		switch effect := effect.(type) {
		case mesh.Commit:
			if err := e.stores[i].Commit(effect.Batch); err != nil {
				return err
			}
			if err := e.step(i, mesh.Committed{}); err != nil {
				return err
			}
		case mesh.Transmit:
			if err := e.transmit(i, effect.Frame.Data); err != nil {
				return err
			}
		case mesh.Refused:
			e.refused = effect.Err
		}
	}
	return nil
}

func (e *ether) transmit(i int, data []byte) error {
	items, err := e.ear.items(data)
	if err != nil {
		return err
	}
	if !e.channel.Send(e.now, i, data) {
		return fmt.Errorf("node %d hands over a frame while its modem holds one", i+1)
	}
	e.waiting[i] = spell{from: i, end: clock.Instant(e.channel.Config().Airtime(len(data))), items: items}
	return nil
}

// submit hands a node a message.
func (e *ether) submit(i int, s mesh.Submit) error {
	e.refused = nil
	if err := e.step(i, s); err != nil {
		return err
	}
	return e.refused
}

// until lets time pass until something holds, at the latest until limit is over.
func (e *ether) until(limit time.Duration, holds func() bool) error {
	for end := e.now.Add(limit); !holds(); {
		next, node := end, -1
		for i, n := range e.nodes {
			if t, ok := n.Deadline(); ok && t < next {
				next, node = t, i
			}
		}
		if t, ok := e.channel.Next(); ok && t <= next {
			e.now = max(e.now, t)
			if err := e.move(); err != nil {
				return err
			}
			continue
		}
		e.now = max(e.now, next)
		if node < 0 {
			return nil
		}
		if err := e.step(node, mesh.Wake{}); err != nil {
			return err
		}
	}
	return nil
}

// move lets the channel do what is due.
func (e *ether) move() error {
	for _, ev := range append([]medium.Event(nil), e.channel.Advance(e.now)...) {
		switch ev := ev.(type) {
		case medium.Delivered:
			if err := e.step(ev.Station, mesh.LinkEvent{Event: radio.Heard{Data: ev.Data}}); err != nil {
				return err
			}
		case medium.Sent:
			s := e.waiting[ev.Station]
			s.start, s.end = ev.At.Add(-time.Duration(s.end)), ev.At
			e.spells = append(e.spells, s)
			if err := e.step(ev.Station, mesh.LinkEvent{Event: radio.Sent{}}); err != nil {
				return err
			}
		}
	}
	return nil
}
