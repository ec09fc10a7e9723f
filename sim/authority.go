package sim

import (
	"errors"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// errNoAuthority is what the acts of an authority come to where another protocol runs.
var errNoAuthority = errors.New("only Blackstart's own nodes have an authority")

// LockOut has the authority make a key block of today, without the nodes of the
// indices in out, and hands the network file with it to the nodes of the indices
// in to, those of them that run. It goes on from them by radio and LAN.
func (w *World) LockOut(to []int, out ...int) (*keyblock.Block, error) {
	if w.operator == nil {
		return nil, errNoAuthority
	}
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

// Enrol makes one more node a member, with what it is handed on this day, and
// starts it on some LANs. Others know it once they read the network file. It
// returns the node's index. No node may have been copied before.
func (w *World) Enrol(lans ...int) (int, error) {
	if w.operator == nil {
		return 0, errNoAuthority
	}
	number, err := w.operator.Enrol(w.day())
	if err != nil {
		return 0, err
	}
	h, err := newHost(w, int(number)-1)
	if err != nil {
		return 0, err
	}
	w.hosts = append(w.hosts, h)
	for _, l := range lans {
		w.joinLAN(w.lans[l], h)
	}
	w.Start(h.index)
	return h.index, nil
}

// Hush takes the devices of all links away from nodes for a while: they run on, and
// neither hear nor say anything.
func (w *World) Hush(d time.Duration, indices ...int) {
	for _, i := range indices {
		for link := range w.hosts[i].ports {
			w.unplug(w.hosts[i], link, d)
		}
	}
}
