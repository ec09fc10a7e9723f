package mesh

import (
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// readAct reads the body of an act; ErrVersion for what is none.
func readAct(c bundle.Content) (bundle.Act, error) {
	switch c.Type {
	case bundle.ContentSuspension:
		return bundle.DecodeSuspension(c.Body)
	case bundle.ContentOrder:
		return bundle.DecodeOrder(c.Body)
	case bundle.ContentGroupSecret:
		return bundle.DecodeGroupSecret(c.Body)
	case bundle.ContentShift:
		return bundle.DecodeShift(c.Body)
	case bundle.ContentReadback:
		return bundle.DecodeReadback(c.Body)
	case bundle.ContentCancellation:
		return bundle.DecodeCancellation(c.Body)
	case bundle.ContentRadioPlan:
		return bundle.DecodeRadioPlan(c.Body)
	}
	return nil, bundle.ErrVersion
}

// named returns the person whom an act names as its author, 0 for none.
func named(act bundle.Act) ident.PersonNumber {
	switch act := act.(type) {
	case bundle.Order:
		return act.Person
	case bundle.Readback:
		return act.Person
	case bundle.Cancellation:
		return act.Person
	}
	return 0
}

// forbid says why a bundle is not taken for what it says, or nothing. Whether its
// origin may say that can hang on who works there, and word of that may still be
// on its way. So what is refused here is not noted as seen: whoever has it
// offers it again.
func (n *Node) forbid(b *bundle.Bundle, c bundle.Content) string {
	if c.Type == nothing {
		return ""
	}
	act, err := readAct(c)
	if err != nil {
		// A later version may know it. What goes to everybody only goes on if its
		// origin has something to say there.
		if b.To.Group == ident.NetworkGroup && !n.mayAdminister(b) {
			return countBundleRight
		}
		return ""
	}
	if !n.may(b.ID.Origin, act.Right(), b.Created) {
		return countBundleRight
	}
	if person := named(act); person != 0 {
		if who := n.onShift(b.ID.Origin, b.Created); who == nil || who.Person != person {
			return countPerson
		}
	}
	switch act := act.(type) {
	case bundle.Suspension:
		if b.Created > n.now.Wall.Add(n.now.Bound+statementAhead) {
			return countSuspendEarly
		}
	case bundle.Shift:
		switch {
		case n.early(act):
			return countShiftEarly
		case !act.Ends() && !n.genuine(b.ID.Origin, act):
			return countShiftForged
		}
	}
	return ""
}

// mayAdminister reports whether the origin of a bundle can have anything to say
// to the group of the whole network.
func (n *Node) mayAdminister(b *bundle.Bundle) bool {
	cert, ok := n.certificate(b.ID.Origin)
	if !ok {
		return false
	}
	for _, right := range []ident.Rights{ident.MayOrder, ident.MayAdminister, ident.MaySuspend} {
		if n.may(b.ID.Origin, right, b.Created) {
			return true
		}
	}
	return cert.Kind&ident.FixedStation != 0
}

// enact does what an act says, in the batch in progress, if its origin may. It
// returns the act, or nil.
func (n *Node) enact(b *bundle.Bundle, c bundle.Content, by string) bundle.Act {
	act, err := readAct(c)
	if err != nil || act.Type().ToNetwork() != (b.To.Group == ident.NetworkGroup) || !b.Signed || !n.may(b.ID.Origin, act.Right(), b.Created) {
		n.count(countActBad)
		return nil
	}
	switch act := act.(type) {
	case bundle.Suspension:
		n.takeSuspension(b, act, by)
	case bundle.Shift:
		n.takeShift(b, act, by)
	case bundle.RadioPlan:
		// It is kept and passed on all the same: who refused it would be offered it for as
		// long as it lives. It may be of a root that this node has not heard of yet, see
		// recallPlans.
		if act.Plan.Verify(n.verifier, n.trust.Roster.Root(), n.trust.Roster.Operator()) != nil {
			n.count(countPlanForged)
			return nil
		}
		n.takePlan(b, act.Plan, by)
	case bundle.GroupSecret:
		n.takeGroupSecret(b, act, by)
	case bundle.Readback:
		n.takeReadback(b, act)
	case bundle.Cancellation:
		n.takeCancellation(b, act)
	}
	return act
}

// deliverAct acts on what another node says, and tells the users.
func (n *Node) deliverAct(b *bundle.Bundle, opened bundle.Opened, it *routing.Item) {
	if !opened.Type.SignedAlways() {
		n.count(countContent)
		return
	}
	act := n.enact(b, opened.Content, by(b.ID.Origin, ""))
	if act == nil {
		return
	}
	m := messageOf(b)
	m.Text, m.Act = act.String(), opened.Type
	if o, ok := act.(bundle.Order); ok {
		m.Order = n.orderOf(b, o)
	}
	n.addRecord(&m)
	it.Record = m.Number
	n.keepEvidence(m.Number, b, opened)
	if act.Type() == bundle.ContentOrder {
		n.audit(AuditEvent{Action: ActionDeliver, ID: b.ID.String(), Detail: "order from " + b.ID.Origin.String() + behind(m.Order.Who)})
	}
	n.oweGroup(b, it, m.Hash)
	n.after(Deliver{Message: m})
}

// behind names a person behind a device.
func behind(w Who) string {
	if w.Number == 0 {
		return ""
	}
	return " by " + w.Name
}

// oweGroup notes that delivery to a group is to be proven.
func (n *Node) oweGroup(b *bundle.Bundle, it *routing.Item, hash BundleHash) {
	if b.To.Group != 0 && !b.NoReceipt {
		n.batch.Put(hashKey(prefixOwed, b.ID, it.Hash), hash[:])
		n.owe(owedReceipt{b.ID, hash}, b.Precedence == bundle.Flash)
	}
}
