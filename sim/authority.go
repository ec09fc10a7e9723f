package sim

import (
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// LockOut has the authority make a key block of today, without the nodes of the
// indices in out, and hands the network file with it to the nodes of the indices
// in to, those of them that run. It goes on from them by radio and LAN.
func (w *World) LockOut(to []int, out ...int) (*keyblock.Block, error) {
	numbers := make([]ident.Number, len(out))
	for i, index := range out {
		numbers[i] = w.hosts[index].number
	}
	b, err := w.operator.NextBlock(w.day(), numbers...)
	if err != nil {
		return nil, err
	}
	w.Publish(to...)
	return b, nil
}

// Publish hands the newest network file to nodes; those that are down read it when
// they start again.
func (w *World) Publish(indices ...int) {
	for _, i := range indices {
		h := w.hosts[i]
		h.trust = w.operator.Trust()
		if h.node != nil {
			w.step(h, mesh.NewRoster{Trust: h.trust, By: "sim"})
		}
	}
}
