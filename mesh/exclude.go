package mesh

import (
	"encoding/binary"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// excluded reports whether nothing that a node says counts any more: the
// authority revoked it, or somebody suspended it. Relays ask as readers do.
func (n *Node) excluded(num ident.Number) bool {
	return n.revoked.Has(num) || n.said.suspended(num) || n.left(num)
}

// left reports whether a guest's time is over beyond doubt. Others stay members
// after the last day of their certificate; people are warned.
func (n *Node) left(num ident.Number) bool {
	cert, ok := n.certificate(num)
	return ok && cert.Ended(n.now)
}

// exclude acts on a change of who is excluded. Nothing more is sent to such a
// node but what was said about it, since its users shall know; and as nothing
// that it sends is heard any more, it is soon no neighbour.
func (n *Node) exclude() {
	n.tellExcluded()
	for _, l := range n.links {
		if l == nil {
			continue
		}
		for _, num := range l.reach {
			if !n.excluded(num) {
				continue
			}
			l.forsake(num, func(t *routing.Task) bool { return t.Item == nil || !n.serves(num, t.Item) })
		}
	}
}

// tellExcluded tells the driver who is locked out, if that has changed.
func (n *Node) tellExcluded() {
	out := slices.Clone(n.revoked)
	for _, st := range n.said.list() {
		if !st.Waiting {
			out.Add(st.Node)
		}
	}
	for _, num := range n.guests {
		if n.left(num) {
			out.Add(num)
		}
	}
	if !slices.Equal(out, n.outTold) {
		n.outTold = out
		n.after(Excluded{Nodes: slices.Clone(out)})
	}
}

// serves reports whether a bundle may be sent to a neighbour.
func (n *Node) serves(num ident.Number, it *routing.Item) bool {
	return it.To.Group == ident.NetworkGroup || !n.excluded(num)
}

// destination reports whether bundles can be for a node or group.
func (n *Node) destination(to bundle.Destination) bool {
	switch {
	case to.Node != 0:
		_, ok := n.certificate(to.Node)
		return ok
	case to.Group == ident.NetworkGroup:
		return true
	default:
		_, ok := n.trust.Roster.Group(to.Group)
		return ok
	}
}

// by names who asked for something at which node, for audit events.
func by(num ident.Number, who string) string {
	if who == "" {
		return "node " + num.String()
	}
	return who
}

// takeSuspension counts a statement about a node and acts on it.
func (n *Node) takeSuspension(b *bundle.Bundle, s bundle.Suspension, by string) {
	st := statement{id: b.ID, created: b.Created, Suspension: s}
	if !n.said.add(st) {
		return
	}
	n.count(countSuspended)
	n.batch.Put(idKey(prefixSaid, st.id), st.value())
	detail := s.String()
	if n.said.idle(st) {
		detail += "; that counts for nothing: who says so is or was suspended"
	}
	n.audit(AuditEvent{Action: ActionSuspend, By: by, ID: b.ID.String(), Detail: detail})
	n.forgetSuspensions()
	n.exclude()
}

// forgetSuspensions drops what counts no longer: what a node said that the
// authority revoked, too.
func (n *Node) forgetSuspensions() {
	for _, st := range n.said.drop(n.now, n.revoked.Has) {
		n.batch.Delete(idKey(prefixSaid, st.id))
	}
}

func (st statement) value() []byte {
	return st.Append(binary.BigEndian.AppendUint64(nil, uint64(st.created)))
}

func statementOf(id bundle.ID, v []byte) (statement, bool) {
	if len(v) < 8 {
		return statement{}, false
	}
	s, err := bundle.DecodeSuspension(v[8:])
	return statement{id: id, created: clock.Wall(binary.BigEndian.Uint64(v)), Suspension: s}, err == nil
}

// wanted reports whether a neighbour would take a bundle at all: what a node that
// is excluded wrote is refused by everybody who knows, and what is of a day far
// from this node's would be taken for one of another day.
func (n *Node) wanted(it *routing.Item) bool {
	return !n.excluded(it.ID.Origin) && n.vectors.Speaks(it.ID.Day)
}
