package mesh

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// A cancellation overtakes its order. What comes first is kept for each order that
// may be meant and for each author, since nobody knows yet who may cancel it, or
// which bundle of the number is the true one: none hides another.
type cancelKey struct {
	order bundle.ID
	hash  [8]byte
	by    ident.Number
}

func keyOfCancel(order bundle.ID, c Cancelled) cancelKey { return cancelKey{order, c.Hash, c.By} }

func (k cancelKey) store() []byte {
	return binary.BigEndian.AppendUint16(hashKey(prefixCancel, k.order, routing.Prefix(k.hash)), uint16(k.by))
}

// mayCancel: an order to one node is withdrawn by the node that gave it. An order
// to a group may be withdrawn by another with the right, who was there.
func mayCancel(by ident.Number, order bundle.ID, to bundle.Destination) bool {
	return by == order.Origin || to.Group != 0
}

// takeCancellation ends an order, which may come later.
func (n *Node) takeCancellation(b *bundle.Bundle, c bundle.Cancellation) {
	mark := Cancelled{ID: b.ID, By: b.ID.Origin, Who: n.who(b, c.Person), At: b.Created, Reason: c.Reason, Hash: c.Hash}
	n.audit(AuditEvent{Action: ActionOrder, ID: c.ID.String(), Detail: "node " + b.ID.Origin.String() + behind(mark.Who) + " " + c.String()})
	if record := n.orderRecord(c.OrderRef); record != 0 {
		n.updateRecord(record, func(m *Message) bool {
			if m.Order.Cancelled != nil || !mayCancel(mark.By, m.ID, m.To) {
				return false
			}
			m.Order.Cancelled = &mark
			return true
		})
		return
	}
	k := keyOfCancel(c.ID, mark)
	if _, ok := n.cancels[k]; ok || !mayCancel(mark.By, c.ID, b.To) {
		return
	}
	n.cancels[k] = mark
	n.batch.Put(k.store(), encodeJSON(mark))
	n.forgetCancels()
}

// cancelled returns the first cancellation that came before an order, nil if none
// did.
func (n *Node) cancelled(order bundle.ID, hash [8]byte, to bundle.Destination) (first *Cancelled) {
	for k, c := range n.cancels { // order: the least is chosen
		if k.order == order && k.hash == hash && mayCancel(k.by, order, to) && (first == nil || compareCancels(c, *first) < 0) {
			first = &c
		}
	}
	return first
}

func compareCancels(a, b Cancelled) int { return cmp.Or(cmp.Compare(a.At, b.At), a.ID.Compare(b.ID)) }

// forgetCancels drops cancellations of what cannot come any more, and the oldest
// beyond the bounds, so that no author pushes out what others said.
func (n *Node) forgetCancels() {
	keys := make([]cancelKey, 0, len(n.cancels))
	for k := range n.cancels { // order: sorted below
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b cancelKey) int { // newest first
		if c := compareCancels(n.cancels[b], n.cancels[a]); c != 0 {
			return c
		}
		return bytes.Compare(a.store(), b.store()) // who signs two bundles under one number
	})
	by, kept := make(map[ident.Number]int), 0
	for _, k := range keys {
		if kept >= maxCancels || by[k.by] >= maxCancelsPer || n.now.Surely(n.cancels[k].At.Add(bundle.MaxLifetime)) {
			delete(n.cancels, k)
			n.batch.Delete(k.store())
			continue
		}
		by[k.by]++
		kept++
	}
}

func (n *Node) loadCancels(fail func(key []byte) bool) {
	n.view.Scan([]byte{prefixCancel}, nil, func(key, v []byte) bool {
		var c Cancelled
		if len(key) != len(cancelKey{}.store()) || json.Unmarshal(v, &c) != nil {
			return fail(key)
		}
		order, _ := idOf(key[:7])
		n.cancels[keyOfCancel(order, c)] = c
		return true
	})
}
