package mesh

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// A role ("duty shift leader") is an address: who writes to it reaches whoever
// has the duty now, and what has not arrived when the duty moves is sent on by
// its origin. The same holds for a node that the authority has replaced.

// maxHops is how often one text is sent on.
const maxHops = 4

// holders returns the devices that have a role now, ascending: those on which
// somebody with the role works; where there is none, those whose certificate
// says so.
func (n *Node) holders(role string) []ident.Number {
	var list []ident.Number
	for _, device := range n.shifts.devices() {
		if _, c := n.working(device); c != nil && c.Role == role {
			list = append(list, device)
		}
	}
	if len(list) > 0 || role == "" {
		return list
	}
	for _, num := range n.trust.Roster.Numbers() {
		if cert, _ := n.certificate(num); cert.Role == role && !n.excluded(num) {
			list = append(list, num)
		}
	}
	return list
}

// holder finds the one device that has a role. Where several have it, nothing
// is guessed.
func (n *Node) holder(role string) (bundle.Destination, error) {
	list := n.holders(role)
	switch len(list) {
	case 0:
		return bundle.Destination{}, fmt.Errorf("nobody has the role %q: %w", role, ErrNoDestination)
	case 1:
		return bundle.Destination{Node: list[0]}, nil
	}
	return bundle.Destination{}, fmt.Errorf("%q is the role of %s: %w", role, n.names(list), ErrRole)
}

// names lists nodes for people, the first five.
func (n *Node) names(list []ident.Number) string {
	var names []string
	for _, num := range list[:min(len(list), 5)] {
		name := "node " + num.String()
		if cert, ok := n.certificate(num); ok {
			name = cert.Name
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// sendOn looks through what this node has sent and what has not arrived, for
// texts whose addressee does not have the duty any more, or is gone.
func (n *Node) sendOn() {
	n.sendOnSoon = false
	var list []*routing.Item
	for _, it := range n.live.order {
		if it.Own && it.To.Node != 0 && it.Record != 0 {
			list = append(list, it)
		}
	}
	for _, it := range list {
		m, ok := n.message(it.Record)
		if !ok || m.Act != bundle.ContentText || m.State == Delivered || m.SentOn != (bundle.ID{}) || m.Hops >= maxHops {
			continue
		}
		if to := n.successor(m); to != 0 {
			n.sendOnTo(it, m, to)
			n.commit()
		}
	}
}

// successor returns who is to have a message instead of its addressee, 0 for
// nobody.
func (n *Node) successor(m Message) ident.Number {
	to := n.trust.Redirects[m.To.Node]
	if to == 0 && m.Role != "" {
		if list := n.holders(m.Role); len(list) == 1 {
			to = list[0]
		}
	}
	if _, known := n.certificate(to); !known || to == m.To.Node || to == n.self || n.excluded(to) {
		return 0
	}
	return to
}

// sendOnTo sends a text to another node, and says for whom it was at first. Old
// and new message point to each other, in one commit: after a crash it is done
// or not, and never twice.
func (n *Node) sendOnTo(it *routing.Item, m Message, to ident.Number) {
	left := max(m.Expires.Time().Sub(n.now.Wall.Time()), shortestHop) // its clock or this one was wrong: the text is worth that
	urgency := n.answering(m)                                         // the shift that gave the right to a FLASH may be over
	if urgency == bundle.Flash && n.byPerson(ident.MayFlash) {
		left = min(left, shiftKeep)
	}
	body := bundle.SentOn{Day: m.ID.Day, Seq: m.ID.Seq, To: m.To.Node, Created: m.Created / 1000 * 1000, Text: m.Text}
	b, fresh, err := n.compose(bundle.Destination{Node: to}, urgency, min(left, bundle.MaxLifetime), bundle.Content{Type: bundle.ContentSentOn, Body: body.Append(nil)})
	if err != nil {
		return // no room or no number today: later
	}
	next := sending(b)
	next.Text, next.Role, next.Hops, next.SentFor, next.SentForNode, next.Created = m.Text, m.Role, m.Hops+1, m.ID, m.To.Node, m.Created
	n.addRecord(&next)
	fresh.Record = next.Number
	n.keepOwnEvidence(&next, b)
	_, known := n.certificate(m.To.Node)
	gone := !known || n.revoked.Has(m.To.Node) // nobody will ever take it
	n.updateRecord(m.Number, func(old *Message) bool {
		if old.SentOn = b.ID; gone {
			old.State = Expired
		}
		return true
	})
	n.audit(AuditEvent{Action: ActionSend, ID: b.ID.String(), Detail: "sent on from " + m.ID.String() + " to " + m.To.String() + ", to " + b.To.String()})
	n.keep(b, fresh)
	if gone {
		n.endUnproven(it) // neighbours still have it, and bring it back
	}
	n.after(Deliver{Message: next})
	n.commit()
	n.spread(fresh, 0, nil)
}

// deliverSentOn tells the users of a text that was for another node at first.
func (n *Node) deliverSentOn(b *bundle.Bundle, o bundle.Opened, it *routing.Item) {
	s, err := bundle.DecodeSentOn(o.Body)
	if err != nil || b.To.Node == 0 {
		n.count(countContent)
		return
	}
	m := messageOf(b)
	m.Text, m.Created = s.Text, s.Created
	m.SentFor, m.SentForNode = bundle.ID{Origin: b.ID.Origin, Day: s.Day, Seq: s.Seq}, s.To
	n.addRecord(&m)
	it.Record = m.Number
	n.keepEvidence(m.Number, b, o)
	n.audit(AuditEvent{Action: ActionDeliver, ID: b.ID.String(), Detail: b.Precedence.String() + " from " + b.ID.Origin.String() + ", sent on from node " + s.To.String()})
	n.count(countDelivered)
	n.after(Deliver{Message: m})
}
