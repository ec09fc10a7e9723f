package mesh

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Who is in a group hangs on its secret: an administrator gives the members a
// new one, and who does not get it reads nothing that is written from then on.
// The authority need not be there. Each member gets it by itself, so they change
// over one by one: for a while a member reads under the old secret, too.

// onRenew renews the secret of a group, or gives members that of now.
func (n *Node) onRenew(s Submit, g bundle.GroupSecret) {
	if s.Members == nil {
		s.Members = new(Members)
	}
	fresh := len(s.Members.Only) == 0
	list, err := n.renewal(*s.Members, &g)
	if err != nil {
		n.after(Refused{Ref: s.Ref, Err: err})
		return
	}
	if fresh {
		n.setGroup(g)
		n.audit(AuditEvent{Action: ActionGroup, By: s.By, Detail: fmt.Sprintf("%s, for %d members, without %v", g, len(list), s.Members.Without)})
	}
	answer, failed := Message{}, error(nil)
	for _, num := range list {
		m, err := n.giveSecret(g, num, s.By)
		if failed = cmp.Or(failed, err); err != nil {
			n.audit(AuditEvent{Action: ActionGroup, By: s.By, Detail: fmt.Sprintf("node %v does not get the key of group %d: %v; give it with: blackstart group admit", num, g.Group, err)})
			continue
		}
		if answer.Copies == 0 {
			answer = m
		}
		answer.Copies++
		n.commit() // each member by itself: a thousand are more than one batch holds
	}
	if answer.Copies == 0 {
		n.after(Refused{Ref: s.Ref, Err: fmt.Errorf("group %d: %w", g.Group, failed)})
		return
	}
	n.after(Accepted{Ref: s.Ref, Message: answer})
}

// renewal checks what is asked for, fills in edition or secret, and returns who
// gets it.
func (n *Node) renewal(who Members, g *bundle.GroupSecret) ([]ident.Number, error) {
	switch {
	case n.excluded(n.self):
		return nil, ErrExcluded
	case n.cloned():
		return nil, ErrClone
	case !n.may(n.self, ident.MayAdminister, n.stamp()):
		return nil, fmt.Errorf("renewing the key of group %d: %w", g.Group, ErrRight)
	}
	now, held := n.ring.Groups[g.Group]
	if g.Group == ident.NetworkGroup || !held {
		return nil, fmt.Errorf("%s: %w", bundle.Destination{Group: g.Group}, ErrNoDestination)
	}
	members := n.members(bundle.Destination{Group: g.Group})
	for _, num := range slices.Concat(who.Without, who.Only) {
		if !members.Has(num) {
			return nil, fmt.Errorf("node %v is no member of group %d: %w", num, g.Group, ErrNoDestination)
		}
	}
	if len(who.Only) > 0 {
		g.Secret, g.Edition = now, max(1, n.ring.Editions[g.Group])
		return who.Only, nil
	}
	if g.Edition = n.ring.Editions[g.Group] + 1; g.Secret == (seal.Secret{}) {
		return nil, fmt.Errorf("a secret of zeros: %w", ErrAct)
	}
	list := slices.DeleteFunc(slices.Clone(members), func(num ident.Number) bool { return slices.Contains(who.Without, num) })
	if len(list) == 0 {
		return nil, fmt.Errorf("group %d has no other member: %w", g.Group, ErrNoDestination)
	}
	return list, nil
}

// giveSecret sends the secret of a group to one member.
func (n *Node) giveSecret(g bundle.GroupSecret, num ident.Number, by string) (Message, error) {
	to := bundle.Destination{Node: num}
	b, it, err := n.compose(to, bundle.Immediate, bundle.MaxLifetime, bundle.Content{Type: g.Type(), Body: g.Append(nil)})
	if err != nil {
		return Message{}, err
	}
	m := sending(b)
	m.Text, m.Act = g.String(), g.Type()
	n.addRecord(&m)
	it.Record = m.Number
	n.audit(AuditEvent{Action: ActionSend, By: by, ID: b.ID.String(), Detail: g.String() + " to " + to.String()})
	n.keep(b, it)
	n.commit()
	n.spread(it, 0, nil)
	return m, nil
}

// takeGroupSecret takes the secret of a group from an administrator.
func (n *Node) takeGroupSecret(b *bundle.Bundle, g bundle.GroupSecret, by string) {
	if b.To.Node != n.self || !n.trust.Roster.In(n.self, g.Group) {
		n.count(countActBad)
		return
	}
	if !n.newer(g) {
		n.count(countGroupOld)
		return
	}
	n.setGroup(g)
	n.count(countGroupSecret)
	n.audit(AuditEvent{Action: ActionGroup, By: by, ID: b.ID.String(), Detail: g.String()})
}

// newer reports whether a secret goes before the one held. Two administrators
// who renew at the same time make two secrets of one edition: then all members
// take the one with the larger bytes.
func (n *Node) newer(g bundle.GroupSecret) bool {
	now, held := n.ring.Groups[g.Group]
	edition := n.ring.Editions[g.Group]
	// public: who may send one may set the group's secret anyway, by a later edition
	return !held || g.Edition > edition || g.Edition == edition && bytes.Compare(g.Secret[:], now[:]) > 0
}

// setGroup puts a secret in the place of the one held, which is kept for reading.
func (n *Node) setGroup(g bundle.GroupSecret) {
	n.ring.Renew(g.Group, g.Edition, g.Secret)
	n.rekey()
}
