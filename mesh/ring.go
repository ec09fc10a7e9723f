package mesh

import (
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// rekey makes the node's keys anew after the ring has changed.
func (n *Node) rekey() {
	if cut := n.ring.TakeCut(); cut > 0 {
		n.counters[countKeyCut] += uint64(cut)
	}
	n.keys = seal.NewKeys(n.self, n.private, n.trust.Roster, n.ring.Secrets())
	n.air = linkKeys{}
	clear(n.refused) // they may open now what did not fit the others
	n.ringChanged = true
}

// tendRing counts the time that the node ran and erases the keys of days that
// nothing alive can need.
func (n *Node) tendRing() {
	n.ring.Ran(n.now.Mono.Sub(n.ringAt))
	n.ringAt, n.ringChanged = n.now.Mono, true
	if n.ring.Erase(n.now, n.now.Quality == clock.Certain) {
		n.rekey()
	}
	n.dropBlocks()
}

// tellPast tells the driver what the ring proves to be past, less a day, since
// authorities' clocks are wrong, too. It lets one source of time be certain that
// is not far ahead of that (docs/spec/time.md).
func (n *Node) tellPast() {
	if day := n.ring.TrueDay(); day > n.pastTold {
		n.pastTold = day
		n.after(Past{Wall: (day - 1).Start()})
	}
}

// useNetwork takes what a newer network file brings.
func (n *Node) useNetwork(t Trust, p *keyring.Package) {
	n.trust, n.guests = t, t.Roster.Guests()
	if p != nil {
		if err := n.ring.Merge(*p); err != nil {
			n.raise(AlarmPackage, err.Error())
		}
		n.catchUp()
	}
	n.rekey()
	n.assembler = newAssembler(n)
	n.fresh = true
}

// useTrust acts on what the network file says, once.
func (n *Node) useTrust() {
	if !n.fresh {
		return
	}
	n.fresh = false
	n.leaveGroups()
	n.lapsePlan()
	n.recallPlans()
	newest := uint32(0)
	for _, b := range n.trust.Blocks {
		n.takeBlock(b, "the network file")
		newest = max(newest, b.Serial)
	}
	// The blocks come first: each says for itself from when on it locks out. Who is
	// in none of them was locked out by a new generation, at the latest the newest.
	if n.revoke("the network file", n.trust.Revoked...) {
		n.raiseBarrier(newest)
	}
	if k := len(n.blocks); k > 0 && n.blocks[k-1].Serial < n.ring.Path.Serial {
		n.lower(AlarmTree) // a package brought the keys
	}
	n.exclude()
	n.sendOnSoon = true
	n.commit()
}

// leaveGroups forgets the keys of the groups that the certificate names no longer.
// A device that is captured later would read with them what the members write until
// they have changed over. What the node owes for its own messages it signs before.
func (n *Node) leaveGroups() {
	cert, ok := n.trust.Roster.Certificate(n.self)
	if !ok {
		return // it is locked out of everything
	}
	for g := range ident.NetworkGroup {
		if _, held := n.ring.Groups[g]; !held || cert.In(g) {
			continue
		}
		n.settleHeads(g)
		n.ring.RemoveGroup(g)
		n.rekey()
		n.audit(AuditEvent{Action: ActionKeys, By: "the network file", Detail: fmt.Sprintf("no longer in group %d: its keys are erased", g)})
	}
}

func (n *Node) keyStatus() KeyStatus {
	return KeyStatus{
		Block: n.ring.Newest(), Generation: n.ring.Path.Generation, Epochs: len(n.ring.Epochs),
		Skipped: len(n.ring.Skipped), Window: n.ring.Window, Revoked: slices.Clone(n.revoked),
	}
}
