package mesh

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// complete fills in what a user leaves open of an act: who says it, as far as a
// person is on shift, where it goes and how urgent it is.
func (n *Node) complete(s *Submit) error {
	switch act := s.Act.(type) {
	case bundle.Order:
		return n.completeOrder(s, act)
	case bundle.Readback:
		if act.Confirms {
			return n.completeConfirmation(s, act)
		}
		return n.completeReadback(s, act)
	case bundle.Cancellation:
		return n.completeCancellation(s, act)
	case bundle.RadioPlan:
		if err := act.Check(); err != nil {
			return fmt.Errorf("%w: %w", ErrAct, err)
		}
		s.To, s.Precedence, s.Lifetime = bundle.Destination{Group: ident.NetworkGroup}, bundle.Immediate, bundle.MaxLifetime
		return n.checkPlan(act.Plan)
	case bundle.Shift:
		s.To = bundle.Destination{Group: ident.NetworkGroup}
		if act.Ends() {
			act.At = n.stamp() / 1000 * 1000
			s.Act = act
		} else if n.early(act) || !n.genuine(n.self, act) {
			return ErrCredential
		}
		s.Precedence = bundle.Immediate
		// Nodes that come late have to know it for as long as anything lives that
		// was sent in it.
		s.Lifetime = act.For + shiftKeep
	}
	return nil
}

// person returns who is on shift here, 0 for nobody.
func (n *Node) person() ident.PersonNumber {
	if c := n.onShift(n.self, n.stamp()); c != nil {
		return c.Person
	}
	return 0
}

func (n *Node) completeOrder(s *Submit, act bundle.Order) error {
	if act.Person = n.person(); act.Person == 0 && n.byPerson(ident.MayOrder) {
		return fmt.Errorf("ordering: %w", ErrShift)
	}
	if act.Valid == 0 {
		act.Valid = bundle.OrderValid
	}
	act.Error = min(bundle.UnknownError, (n.now.Bound+time.Second-1)/time.Second*time.Second)
	if s.Lifetime == 0 || s.Lifetime > shiftKeep {
		s.Lifetime = min(shiftKeep, bundle.DefaultLifetime(s.Precedence))
	}
	s.Act = act
	return nil
}

// completeReadback makes the read-back of an order that this node received.
func (n *Node) completeReadback(s *Submit, act bundle.Readback) error {
	m, err := n.orderHere(act.ID)
	if err != nil {
		return err
	}
	if m.Outgoing {
		return fmt.Errorf("%v is this node's own: %w", act.ID, ErrNoOrder)
	}
	if state := m.OrderAt(n.now); state != OrderValid {
		return fmt.Errorf("%v: %s: %w", act.ID, state, ErrStale)
	}
	if act.Person = n.person(); act.Person == 0 && len(n.trust.Persons) > 0 {
		return fmt.Errorf("reading back: %w", ErrShift)
	}
	act.Hash = [8]byte(m.Hash[:8])
	s.Act, s.To, s.Precedence = act, bundle.Destination{Node: m.From}, n.answering(m)
	return nil
}

// answering is how urgent the answer to an order is: as the order, if this node
// may, and else the next best.
func (n *Node) answering(m Message) bundle.Precedence {
	if m.Precedence == bundle.Flash && !n.may(n.self, ident.MayFlash, n.stamp()) {
		return bundle.Immediate
	}
	return m.Precedence
}

// completeConfirmation makes the word of who ordered that a read-back was right.
// S.To names the node that read back.
func (n *Node) completeConfirmation(s *Submit, act bundle.Readback) error {
	m, err := n.orderHere(act.ID)
	if err != nil {
		return err
	}
	if !m.Outgoing || !m.Order.answered(s.To.Node) {
		return fmt.Errorf("%v by %s: %w", act.ID, s.To, ErrNoReadback)
	}
	act.Person, act.Hash = n.person(), [8]byte(m.Hash[:8])
	s.Act, s.Precedence = act, n.answering(m)
	return nil
}

func (o *Order) answered(node ident.Number) bool {
	for _, a := range o.Answers {
		if a.Node == node {
			return true
		}
	}
	return false
}

// completeCancellation makes the end of an order. It is more urgent than the
// order by one step, where this node may, so that it overtakes it.
func (n *Node) completeCancellation(s *Submit, act bundle.Cancellation) error {
	m, err := n.orderHere(act.ID)
	if err != nil {
		return err
	}
	if !mayCancel(n.self, m.ID, m.To) {
		return fmt.Errorf("%v is an order of node %v: %w", act.ID, m.From, ErrRight)
	}
	if m.Order.Cancelled != nil {
		return fmt.Errorf("%v: %s: %w", act.ID, OrderCancelled, ErrStale)
	}
	act.Person, act.Hash = n.person(), [8]byte(m.Hash[:8])
	s.Act, s.To, s.Precedence = act, m.To, m.Precedence
	if up := m.Precedence - 1; m.Precedence == bundle.Routine || m.Precedence == bundle.Priority || m.Precedence == bundle.Immediate && n.may(n.self, ident.MayFlash, n.stamp()) {
		s.Precedence = up
	}
	return nil
}
