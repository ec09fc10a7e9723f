package mesh

import (
	"fmt"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Order is what is known of a message that orders something.
type Order struct {
	Who       Who           // who orders; nobody: the device alone
	Until     clock.Wall    // valid until then, by the sender's clock
	Error     time.Duration // by which that clock may be wrong; bundle.UnknownError: nobody knows
	Answers   []Answer      // who read back, ascending by node; at an addressee its own
	Cancelled *Cancelled    // nil: it was not
}

// Answer is the read-back of one addressee.
type Answer struct {
	Node      ident.Number
	Who       Who
	Text      string
	At        clock.Wall // by its clock
	Confirmed bool       // who ordered said that he was understood
}

// Cancelled is the end of an order before its time.
type Cancelled struct {
	ID     bundle.ID // of the cancellation
	By     ident.Number
	Who    Who
	At     clock.Wall // by its clock
	Reason string
	Hash   [8]byte // of the order that is meant
}

// OrderState says whether one may act on an order.
type OrderState uint8

// The states. Only OrderValid lets one act, and read back.
const (
	OrderValid     OrderState = iota
	OrderLate                 // its time is over: do not act, confirm
	OrderUnknown              // its age is not known well enough: do not act, confirm
	OrderCancelled            // it does not hold any more
)

var orderStates = [...]string{"valid", "late", "age unknown", "cancelled"}

// String returns the state as users read it.
func (s OrderState) String() string {
	if int(s) < len(orderStates) {
		return orderStates[s]
	}
	return "unknown"
}

// orderSlack is how far in the future an order may have been written, beyond
// what the clocks say of themselves, and still be believed.
const orderSlack = time.Minute

// OrderAt says whether one may act at a moment on the order that a message is.
// The wrongs of both clocks add up: it is valid only if it must be, late only if
// it must be, and of unknown age between the two.
func (m *Message) OrderAt(now clock.Reading) OrderState {
	o := m.Order
	wrong := now.Bound + o.Error
	switch {
	case o.Cancelled != nil:
		return OrderCancelled
	case max(now.Wall.Add(-wrong), now.Earliest.Add(-o.Error)) > o.Until:
		return OrderLate
	case o.Error >= bundle.UnknownError || now.Wall.Add(wrong) > o.Until || m.Created > now.Wall.Add(wrong+orderSlack):
		return OrderUnknown
	}
	return OrderValid
}

// ActUntil returns until when one may act, by the clock of a reading.
func (m *Message) ActUntil(now clock.Reading) clock.Wall {
	return m.Order.Until.Add(-now.Bound - m.Order.Error)
}

// orderOf makes what the record keeps of an order.
func (n *Node) orderOf(b *bundle.Bundle, act bundle.Order) *Order {
	hash := b.Hash()
	o := &Order{Who: n.who(b, act.Person), Until: b.Created.Add(act.Valid), Error: act.Error}
	o.Cancelled = n.cancelled(b.ID, [8]byte(hash[:8]), b.To)
	return o
}

// who returns the person whom an act names, as far as this node knows.
func (n *Node) who(b *bundle.Bundle, person ident.PersonNumber) Who {
	if c := n.onShift(b.ID.Origin, b.Created); c != nil && c.Person == person {
		return whoIs(c)
	}
	return Who{Number: person}
}

// takeReadback notes what an addressee, or who ordered, says of an order.
func (n *Node) takeReadback(b *bundle.Bundle, r bundle.Readback) {
	origin, node := b.ID.Origin, b.ID.Origin
	if r.Confirms {
		node = b.To.Node
	}
	fits := false
	if record := n.orderRecord(r.OrderRef); record != 0 {
		n.updateRecord(record, func(m *Message) bool {
			party := n.members(m.To)
			if r.Confirms {
				fits = m.From == origin
			} else {
				fits = m.From == b.To.Node && (origin == n.self || party.Has(origin))
			}
			return fits && m.Order.answer(node, n.who(b, r.Person), r, b.Created)
		})
	}
	if !fits {
		n.count(countOrderStrange)
		return
	}
	n.audit(AuditEvent{Action: ActionOrder, ID: r.ID.String(), Detail: "node " + origin.String() + behind(n.who(b, r.Person)) + " " + r.String()})
}

// answer notes a read-back, or that one was understood.
func (o *Order) answer(node ident.Number, who Who, r bundle.Readback, at clock.Wall) bool {
	i, found := slices.BinarySearchFunc(o.Answers, node, func(a Answer, n ident.Number) int { return int(a.Node) - int(n) })
	if r.Confirms {
		if found {
			o.Answers[i].Confirmed = true
		}
		return found
	}
	if !found {
		o.Answers = slices.Insert(o.Answers, i, Answer{})
	}
	if found && o.Answers[i].At > at {
		return false
	}
	o.Answers[i] = Answer{Node: node, Who: who, Text: r.Text, At: at}
	return true
}

// orderRecord returns where in the record the order stands that is meant, 0 if it
// is not there.
func (n *Node) orderRecord(r bundle.OrderRef) uint64 {
	for _, number := range n.recordNumbers(r.ID) {
		if m, ok := n.message(number); ok && m.Order != nil && [8]byte(m.Hash[:8]) == r.Hash {
			return number
		}
	}
	return 0
}

// orderHere returns the order in the record that a user means.
func (n *Node) orderHere(id bundle.ID) (Message, error) {
	m, ok := Find(n.view, id)
	if !ok || m.Order == nil {
		return m, fmt.Errorf("%v: %w", id, ErrNoOrder)
	}
	return m, nil
}
