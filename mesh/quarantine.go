package mesh

import (
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/routing"
)

// A bundle in quarantine is kept, accepted and passed on like any other, but not
// shown and not acted upon until a head of its origin proves it. (One that carries
// a signature needs none.)

// mustProve reports whether a new bundle goes into quarantine: one to a group, under
// the keys of a time when somebody was a member who was thrown out since. He still
// has those keys.
func (n *Node) mustProve(b *bundle.Bundle, o bundle.Opened) bool {
	return b.To.Group != 0 && !b.Signed && o.Serial < n.barrier
}

// quarantine keeps a bundle from being shown.
func (n *Node) quarantine(it *routing.Item) {
	it.Quarantined = true
	n.count(countQuarantined)
}

// unquarantine shows a bundle that was kept back.
func (n *Node) unquarantine(it *routing.Item, p Proof, head *bundle.Bundle) {
	b, ok := n.bundleOf(it)
	if !ok {
		n.count(countMissing)
		return
	}
	o, err := b.Open(n.keys)
	if err != nil {
		n.count(countBundleNoKey) // its keys were erased meanwhile
		return
	}
	it.Quarantined = false
	n.show(b, o, it, p, head)
	n.putLive(it, b.Encode())
}
