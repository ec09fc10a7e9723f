package sim

import (
	"errors"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// ear opens every frame of an operator, without regard to replays, whatever key
// it is sealed under: the authority's view, for checkers and traces.
type ear struct {
	operator *Operator
	keys     *seal.Keys
	day      clock.Day // the world's
	epochs   int       // for which sets was made
	sets     []*frame.KeySet
}

func newEar(o *Operator) *ear { return &ear{operator: o} }

// at tells the ear which day it is.
func (e *ear) at(day clock.Day) {
	if day == e.day && e.epochs == len(e.operator.epochs) {
		return
	}
	o := e.operator
	e.day, e.epochs, e.sets = day, len(o.epochs), nil
	e.keys = seal.NewKeys(1, o.Private[0], o.Roster, seal.Secrets{Bootstrap: o.bootstrap, Epochs: o.epochs, Groups: o.groups()})
	var list []*frame.Key
	flush := func() {
		if len(list) > 0 {
			e.sets = append(e.sets, frame.NewKeySet(list...))
			list = nil
		}
	}
	add := func(k *frame.Key) {
		if list = append(list, k); len(list) == frame.MaxKeys {
			flush()
		}
	}
	for _, serial := range e.keys.Serials() { // newest first
		for _, d := range []clock.Day{day, day - 1, day + 1} {
			if k, ok := e.keys.Link(serial, d); ok {
				add(frame.NewKey(k))
			}
		}
	}
	add(frame.NewBootstrapKey(e.keys.Bootstrap()))
	flush()
}

// open opens a frame. A simulated node seldom counts beyond 16 bits; the frames
// of one that does are not opened here.
func (e *ear) open(data []byte) (f frame.Frame, err error) {
	for _, set := range e.sets {
		f, _, err = frame.NewReceiver().Open(set, data)
		if !errors.Is(err, frame.ErrUnauthentic) {
			return f, err
		}
	}
	return f, err
}
