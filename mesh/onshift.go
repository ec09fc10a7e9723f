package mesh

import (
	"cmp"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// ShiftStatus says who works on a device.
type ShiftStatus struct {
	Device ident.Number
	Who    Who
	Rights ident.Rights // of the person
	From   clock.Wall   // by the device's clock
	Until  clock.Wall
}

// Who is a person, as known when something was written down. Number 0 is nobody.
type Who struct {
	Number ident.PersonNumber `json:",omitempty"`
	Name   string             `json:",omitempty"`
	Role   string             `json:",omitempty"`
}

func whoIs(c *ident.Credential) Who {
	if c == nil {
		return Who{}
	}
	return Who{Number: c.Person, Name: c.Name, Role: c.Role}
}

// stamp is the time that this node writes on what it sends now.
func (n *Node) stamp() clock.Wall { return within(n.today(), n.now.Wall) }

// credential returns what counts of a credential that came with a shift, or nil.
// The network file's word on the person goes before: it may say less by now, or
// that the person is withdrawn. One for another key that begins later is newer
// than the file held here.
func (n *Node) credential(c *ident.Credential) *ident.Credential {
	if withdrawn(n.trust, c.Person) || c.Operator != n.trust.Roster.Operator() {
		return nil
	}
	i, found := slices.BinarySearchFunc(n.trust.Persons, c.Person, func(p *ident.Credential, num ident.PersonNumber) int { return cmp.Compare(p.Person, num) })
	if !found {
		return c
	}
	switch known := n.trust.Persons[i]; {
	case known.Key == c.Key:
		return known
	case c.From > known.From:
		return c
	}
	return nil
}

// genuine reports whether a shift that begins on a device is what its person
// signed, and the person somebody whom the authority knows.
func (n *Node) genuine(device ident.Number, s bundle.Shift) bool {
	c := n.credential(s.Credential)
	if c == nil || !s.SignedBy(n.verifier, c.Key, device) {
		return false
	}
	return c != s.Credential || c.Verify(n.verifier, n.trust.Roster.Root()) == nil
}

// onShift returns the credential of who worked on a device at a time of its
// clock, or nil.
func (n *Node) onShift(device ident.Number, t clock.Wall) *ident.Credential {
	w, ok := n.shifts.at(device, t)
	if !ok {
		return nil
	}
	return n.credential(w.Credential)
}

// may reports whether a node has a right for what it wrote at a time of its
// clock: by its certificate, or by that of the person who worked on it then. On
// a guest's device a person brings no more than guests may have.
//
// The device's own stamp counts, which it signs. A thief can put it back into
// the shift that he interrupted: withdrawing the person or suspending the device
// ends that, and nothing lives for more than shiftKeep beyond its shift.
func (n *Node) may(num ident.Number, right ident.Rights, t clock.Wall) bool {
	cert, ok := n.certificate(num)
	if !ok {
		return false
	}
	rights := cert.Rights
	if c := n.onShift(num, t); c != nil {
		brought := c.Rights
		if cert.IsGuest() {
			brought &= ident.MayFlash
		}
		rights |= brought
	}
	return rights.Has(right)
}

// byPerson reports whether this node has a right now only because of who works
// on it.
func (n *Node) byPerson(right ident.Rights) bool {
	cert, ok := n.certificate(n.self)
	return ok && !cert.Rights.Has(right)
}

// early reports whether a shift begins beyond doubt in the future.
func (n *Node) early(s bundle.Shift) bool { return s.At > n.now.Wall.Add(n.now.Bound+shiftAhead) }

// takeShift notes who works on a device.
func (n *Node) takeShift(b *bundle.Bundle, s bundle.Shift, by string) {
	w := shiftWord{id: b.ID, Shift: s}
	if !n.shifts.add(w) {
		return
	}
	n.count(countShift)
	n.batch.Put(idKey(prefixShift, w.id), s.Append(nil))
	n.audit(AuditEvent{Action: ActionShift, By: by, ID: b.ID.String(), Detail: "node " + b.ID.Origin.String() + ": " + s.String()})
	n.forgetShifts()
	n.sendOnSoon = true
}

// forgetShifts drops what counts no longer.
func (n *Node) forgetShifts() {
	for _, w := range n.shifts.drop(n.now) {
		n.batch.Delete(idKey(prefixShift, w.id))
	}
}

func (n *Node) loadShifts(fail func(key []byte) bool) {
	n.view.Scan([]byte{prefixShift}, nil, func(k, v []byte) bool {
		id, ok := idOf(k)
		s, err := bundle.DecodeShift(v)
		if !ok || err != nil {
			return fail(k)
		}
		n.shifts.add(shiftWord{id: id, Shift: s})
		return true
	})
}

// working returns who works on a device now, nil if nobody does. This node
// believes its own clock; that of others may be wrong, or its own.
func (n *Node) working(device ident.Number) (shiftWord, *ident.Credential) {
	w, ok := n.shifts.now(device, n.now)
	if device == n.self {
		w, ok = n.shifts.at(device, n.stamp())
	}
	if !ok || n.excluded(device) {
		return w, nil
	}
	return w, n.credential(w.Credential)
}

// shiftList returns who works on which device, ascending by device.
func (n *Node) shiftList() []ShiftStatus {
	var list []ShiftStatus
	for _, device := range n.shifts.devices() {
		if w, c := n.working(device); c != nil {
			list = append(list, ShiftStatus{Device: device, Who: whoIs(c), Rights: c.Rights, From: w.At, Until: w.Until()})
		}
	}
	return list
}

func withdrawn(t Trust, person ident.PersonNumber) bool {
	_, found := slices.BinarySearch(t.Withdrawn, person)
	return found
}
