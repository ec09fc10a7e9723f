package bench

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/sim"
)

// airEar opens what two nodes send, to say what the bytes are for.
type airEar struct {
	today    clock.Day
	op       *sim.Operator
	ring     *keyring.State
	keys     *seal.Keys
	set      *frame.KeySet
	receiver *frame.Receiver
}

// said is an item of a frame, with its share of the frame.
type said struct {
	what  string
	bytes int
}

// newAirEar hears frames under the operator's newest key block, and under the
// bootstrap key.
func newAirEar(op *sim.Operator, today clock.Day) (*airEar, error) {
	ring, err := op.Ring(1, today)
	if err != nil {
		return nil, err
	}
	e := &airEar{today: today, op: op, ring: ring, receiver: frame.NewReceiver()}
	return e, e.ready()
}

// learn makes the ear hear frames under a further key block, too.
func (e *airEar) learn(b *keyblock.Block) error {
	if got := e.ring.Apply(e.op.Roster.Operator(), b); got != keyring.Applied {
		return fmt.Errorf("key block of the bench: %v", got)
	}
	return e.ready()
}

func (e *airEar) ready() error {
	e.keys = seal.NewKeys(1, e.op.Private[0], e.op.Roster, e.ring.Secrets())
	keys := []*frame.Key{frame.NewBootstrapKey(e.keys.Bootstrap())}
	for _, serial := range e.keys.Serials() {
		link, ok := e.keys.Link(serial, e.today)
		if !ok {
			return fmt.Errorf("no link key of block %d and day %d", serial, e.today)
		}
		keys = append(keys, frame.NewKey(link))
	}
	e.set = frame.NewKeySet(keys...)
	return nil
}

// items returns what a frame says.
func (e *airEar) items(data []byte) ([]said, error) {
	f, _, err := e.receiver.Open(e.set, data)
	if err != nil {
		return nil, fmt.Errorf("frame of %d bytes: %w", len(data), err)
	}
	all, rest := make([]said, len(f.Items)), len(data)
	for i, it := range f.Items {
		all[i] = said{it.Kind.String(), frame.ItemOverhead(len(it.Body)) + len(it.Body)}
		if it.Kind == frame.KindBundle {
			if all[i].what, err = e.content(it.Body); err != nil {
				return nil, err
			}
		}
		if i > 0 {
			rest -= all[i].bytes
		}
	}
	all[0].bytes = rest // the envelope is there for the first
	return all, nil
}

// content names what a bundle is: what it holds if node 1 can read it.
func (e *airEar) content(data []byte) (string, error) {
	b, err := bundle.Decode(data, e.today)
	if err != nil {
		return "", fmt.Errorf("bundle on the air: %w", err)
	}
	o, err := b.Open(e.keys)
	if err != nil {
		return "", fmt.Errorf("bundle on the air: %w", err)
	}
	switch o.Type {
	case bundle.ContentText:
		return "text", nil
	case bundle.ContentReceipts:
		return "receipts", nil
	case bundle.ContentHead:
		return "head", nil
	}
	return fmt.Sprintf("content %d", o.Type), nil
}
