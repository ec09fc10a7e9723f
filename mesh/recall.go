package mesh

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// There is no room for all heads that wait for bundles: a neighbour may bring the
// heads of a week and none of the bundles. The bundles that such heads came in are
// kept and passed on like others, so the heads are read from them again later, a
// bounded number at a time, for as long as they live.

// recall is which origins have such heads.
type recall struct {
	of    map[ident.Number]bool // in this pass
	again map[ident.Number]bool // in the next one
	from  bundle.ID             // where this pass goes on
}

func newRecall() recall {
	return recall{of: make(map[ident.Number]bool), again: make(map[ident.Number]bool)}
}

func (r *recall) note(origin ident.Number) { r.of[origin], r.again[origin] = true, true }

// recallHeads holds heads that could not wait against what is here by now.
func (n *Node) recallHeads() {
	r := &n.proofs.recall
	if len(r.of) == 0 {
		return
	}
	order := n.live.order
	i, _ := slices.BinarySearchFunc(order, r.from, compareItem)
	var list []*routing.Item
	for ; i < len(order) && len(list) < maxHeadsRecalled; i++ {
		if it := order[i]; r.of[it.ID.Origin] && mayHoldHead(it) {
			list = append(list, it)
		}
	}
	next := bundle.ID{}
	if i < len(order) {
		next = order[i].ID
	}
	for _, it := range list {
		if w := n.headIn(it); w != nil && !n.waits(w) && !n.resolve(w) {
			r.again[it.ID.Origin] = true
		}
		n.commit()
	}
	if r.from = next; next == (bundle.ID{}) {
		r.of, r.again = r.again, make(map[ident.Number]bool)
	}
}

func mayHoldHead(it *routing.Item) bool {
	return it.Signed && it.NoReceipt && !it.Own && it.To.Group != 0
}

// headIn returns the head in a live bundle, or nil if there is none.
func (n *Node) headIn(it *routing.Item) *waitingHead {
	b, ok := n.bundleOf(it)
	if !ok {
		return nil
	}
	o, err := b.Open(n.keys)
	if err != nil || o.Type != bundle.ContentHead {
		return nil
	}
	h, err := bundle.DecodeHead(o.Body, b.ID.Day)
	if err != nil || len(h.Listed) == 0 {
		return nil
	}
	return newWaiting(b, o.Key, h)
}

// waits reports whether a head is among those that wait.
func (n *Node) waits(w *waitingHead) bool {
	return slices.ContainsFunc(n.proofs.waiting[w.of.Stream], func(x *waitingHead) bool {
		return x.bundle.ID == w.bundle.ID && x.bundle.Hash() == w.bundle.Hash()
	})
}

// recallAll has all heads read again after a start, since nothing on the disk says
// which of them could not wait.
func (n *Node) recallAll() {
	for _, it := range n.live.order {
		if mayHoldHead(it) {
			n.proofs.recall.of[it.ID.Origin] = true
		}
	}
}
