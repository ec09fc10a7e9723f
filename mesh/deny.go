package mesh

import (
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/routing"
)

// deny answers a bundle of a group that came under a number of this node and is
// not its own: with what this node itself wrote under that number, if the group has
// that, or else with the word that it wrote nothing.
func (n *Node) deny(b *bundle.Bundle) {
	k := headOf{group: b.To.Group, day: b.ID.Day}
	if today := n.today(); !n.keys.InGroup(k.group) || today > k.day && today-k.day > bundle.MaxHeadBack {
		return // a day that is to come is spoken of when it has come
	}
	used := n.used[k.day]
	switch m, ok := n.ownMessage(b.ID); {
	case ok && m.To.Group == k.group && !m.Signed:
		hash := [32]byte(m.Hash)
		n.dispute(k, debt{seq: b.ID.Seq, hash: &hash})
		n.signAgain(b.ID)
	case used != nil && used.Has(b.ID.Seq), !n.restored && n.floor.least(k.day) == 0 && b.Created > n.began:
		n.dispute(k, debt{seq: b.ID.Seq})
	}
	// Else it may be this node's own from before its store was put back.
}

// signAgain makes a signed twin of an own message whose number is crowded: nodes
// that have no room for one more without a signature take this one.
func (n *Node) signAgain(id bundle.ID) {
	all := n.live.all(id)
	var own *routing.Item
	for _, it := range all {
		if it.Own && it.Signed {
			return // done
		}
		if it.Own {
			own = it
		}
	}
	if own == nil || len(all) < MaxVariants {
		return
	}
	b, ok := n.bundleOf(own)
	if !ok {
		return
	}
	o, err := b.Open(n.keys)
	if err != nil {
		return
	}
	h := b.Header
	h.Signed = true
	twin, err := bundle.Compose(n.keys, n.private, h, o.Content)
	if err != nil {
		return
	}
	n.count(countTwin)
	it := itemOf(twin, true)
	it.Variant, it.Record = true, own.Record
	n.updateRecord(own.Record, func(m *Message) bool {
		m.Twin = BundleHash(twin.Hash())
		return true
	})
	n.keep(twin, it)
	n.spread(it, 0, nil)
}
