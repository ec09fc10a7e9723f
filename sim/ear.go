package sim

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// ear opens every frame of an operator, without regard to replays, whatever key
// it is sealed under: the authority's view, for checkers and traces.
type ear struct {
	operator *Operator
	keys     *seal.Keys
	days     []clock.Day // by which somebody goes, ascending
	epochs   int         // for which sets was made
	sets     []*frame.KeySet
	memory   *frame.Receiver
	names    map[*frame.Key]linkID
	under    linkID // of the key that opened the last frame
}

// linkID names a link key; the bootstrap key has the serial 0.
type linkID struct {
	serial uint32
	day    clock.Day
}

func newEar(o *Operator) *ear { return &ear{operator: o, memory: frame.NewReceiver()} }

// at tells the ear which days it is for whom there is.
func (e *ear) at(days []clock.Day) {
	if slices.Equal(days, e.days) && e.epochs == len(e.operator.epochs) {
		return
	}
	o := e.operator
	e.days, e.epochs, e.sets = days, len(o.epochs), nil
	e.keys = seal.NewKeys(1, o.Private[0], o.Roster, seal.Secrets{Bootstrap: o.bootstrap, Epochs: o.epochs, Groups: o.groups()})
	e.names = make(map[*frame.Key]linkID)
	var list []*frame.Key
	flush := func() {
		if len(list) > 0 {
			e.sets = append(e.sets, frame.NewKeySet(list...))
			list = nil
		}
	}
	add := func(k *frame.Key, id linkID) {
		e.names[k] = id
		if list = append(list, k); len(list) == frame.MaxKeys {
			flush()
		}
	}
	for _, serial := range e.keys.Serials() { // newest first
		for _, d := range days {
			if k, ok := e.keys.Link(serial, d); ok {
				add(frame.NewKey(k), linkID{serial, d})
			}
		}
	}
	add(frame.NewBootstrapKey(e.keys.Bootstrap()), linkID{})
	flush()
}

// open opens a frame. A frame that it heard before opens again, unless its
// counter is above 16 bits: the bits that do not travel are remembered from
// frame to frame.
func (e *ear) open(data []byte) (f frame.Frame, err error) {
	for _, r := range []*frame.Receiver{e.memory, frame.NewReceiver()} {
		for _, set := range e.sets {
			var k *frame.Key
			if f, k, err = r.Open(set, data); err == nil {
				e.under = e.names[k]
				return f, nil
			}
		}
	}
	return f, err
}
