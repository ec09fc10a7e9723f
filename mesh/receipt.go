package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// receiptOf is the key of the task that passes on the receipt of the first bundle
// of an id that had one.
func receiptOf(id bundle.ID) routing.Key { return routing.Key{ID: id, Kind: routing.SendReceipt} }

// tombstone returns the receipt that is kept of an id.
func (n *Node) tombstone(id bundle.ID) (tombstone, bool) {
	v, ok := n.read(idKey(prefixReceipt, id))
	if !ok {
		return tombstone{}, false
	}
	return tombstoneOf(v)
}

// receiptProof returns T for the task of a receipt.
func (n *Node) receiptProof(k routing.Key) (proof [8]byte, ok bool) {
	if k.Variant == (routing.Prefix{}) {
		t, ok := n.tombstone(k.ID)
		return t.proof, ok
	}
	v, _ := n.read(hashKey(prefixEnded, k.ID, k.Variant))
	e, _ := endingOf(v)
	if e.proof == nil {
		return proof, false
	}
	return *e.proof, true
}

// bury ends the life of a direct bundle by its receipt, in the batch in progress,
// and returns the task that passes the receipt on. A receipt ends the bundle that
// it fits and no other of the id.
func (n *Node) bury(id bundle.ID, t tombstone) routing.Key {
	k, hash := receiptOf(id), routing.Prefix(t.hash[:8])
	if old, ok := n.tombstone(id); ok && old.hash != t.hash && old.hash != [32]byte{} {
		k.Variant = hash
		n.batch.Put(hashKey(prefixEnded, id, hash), ending{proof: &t.proof}.value())
	} else {
		n.batch.Put(idKey(prefixReceipt, id), t.value())
		n.vectors.AddReceipt(id)
	}
	n.putSeen(routing.Stream{Origin: id.Origin, Day: id.Day})
	n.changed()
	if it := n.live.find(id, hash); it != nil {
		n.dropLive(it)
	}
	return k
}

// settledBefore reports whether the receipt of a bundle came here before the
// bundle did, and proves itself. One that does not is thrown away.
func (n *Node) settledBefore(b *bundle.Bundle) bool {
	t, ok := n.tombstone(b.ID)
	if !ok {
		return false
	}
	if b.ReceiptMatches(t.proof) {
		n.batch.Put(idKey(prefixReceipt, b.ID), tombstone{proof: t.proof, hash: b.Hash()}.value())
		return true
	}
	n.count(countReceiptForged)
	n.batch.Delete(idKey(prefixReceipt, b.ID))
	n.vectors.RemoveReceipt(b.ID)
	n.cancel(receiptOf(b.ID))
	return false
}

// onReceipt takes the receipt of a direct bundle. A relay that holds the bundle
// checks it without a key; one that does not, or no longer, carries it unproven,
// and will not refuse the bundle on its account. Under an old key only the proven
// one counts: who was revoked could fill air and disks with the others.
func (n *Node) onReceipt(l *link, from ident.Number, body []byte, old bool) {
	r, err := frame.DecodeReceipt(body, n.today())
	if err != nil {
		n.count(countMalformed)
		return
	}
	if !old {
		n.releaseReceipt(l, from, r.ID)
	}
	held := n.live.all(r.ID)
	for _, it := range held {
		if b, ok := n.bundleOf(it); ok && b.ReceiptMatches(r.T) {
			n.settle(l, from, it, tombstone{proof: r.T, hash: b.Hash()})
			return
		}
	}
	taken, expired := n.lateReceipt(l, from, r)
	if taken {
		return
	}
	if old {
		n.count(countOldKey)
		return
	}
	if n.vectors.Receipted(r.ID) {
		n.count(countReceiptTwice)
		if t := l.queue.Get(receiptOf(r.ID)); t != nil {
			l.drop(t) // somebody else repeated it to those around; the vectors tell if one did not hear
		}
		return
	}
	_, known := n.certificate(r.ID.Origin)
	switch {
	case !known:
		n.count(countBundleOrigin)
	case len(held) > 0, expired, r.ID.Origin == n.self && !n.vectors.Have(r.ID):
		n.count(countReceiptForged)
		for _, it := range held {
			it.Disputed = true
		}
	case !n.vectors.Room():
		n.count(countBundleFull)
	default:
		n.sendReceipt(n.bury(r.ID, tombstone{proof: r.T}), from, l)
	}
}

// settle ends a bundle whose receipt proves itself.
func (n *Node) settle(l *link, from ident.Number, it *routing.Item, t tombstone) {
	n.count(countReceiptTaken)
	if from == it.To.Node {
		l.answer(from)
	}
	l.spareAccept(it.ID, t.hash)
	k := n.bury(it.ID, t)
	if it.Own && it.Record != 0 {
		n.proven(it.Record, it.To.Node, nil)
	}
	n.commit()
	n.sendReceipt(k, from, l)
}

// lateReceipt takes the receipt of a bundle of this node that expired before it
// came. Its tag was kept for this: the user is told that it was delivered after all.
// expired says that there is such a bundle, whether or not the receipt is its own.
func (n *Node) lateReceipt(l *link, from ident.Number, r frame.Receipt) (taken, expired bool) {
	if r.ID.Origin != n.self {
		return false, false
	}
	var hash routing.Prefix
	n.view.Scan(idKey(prefixEnded, r.ID), nil, func(k, v []byte) bool {
		e, _ := endingOf(v)
		expired = expired || e.tag != nil
		if taken = e.tag != nil && seal.ReceiptMatches(r.ID.Append(nil, e.tag.epoch), r.T, e.tag.tag); taken {
			_, hash, _ = hashOfKey(k)
		}
		return !taken
	})
	m, found := n.ownMessage(r.ID)
	if !taken || !found || routing.Prefix(m.Hash[:8]) != hash {
		return false, expired
	}
	n.count(countReceiptTaken)
	n.batch.Delete(hashKey(prefixEnded, r.ID, hash))
	k := n.bury(r.ID, tombstone{proof: r.T, hash: m.Hash})
	n.proven(m.Number, m.To.Node, nil)
	n.commit()
	n.sendReceipt(k, from, l)
	return true, true
}

// proven notes in the record that a node proved delivery. meant, if not nil, says
// whether it was this message that it had.
func (n *Node) proven(record uint64, by ident.Number, meant func(*Message) bool) {
	n.updateRecord(record, func(m *Message) bool {
		if meant != nil && !meant(m) {
			n.count(countReceiptOther)
			return false
		}
		members := n.members(m.To)
		if !m.Outgoing || !members.Has(by) || slices.Contains(m.Delivered, by) {
			return false
		}
		m.Delivered = append(m.Delivered, by)
		slices.Sort(m.Delivered)
		n.audit(AuditEvent{Action: ActionProven, ID: m.ID.String(), Detail: "by " + by.String()})
		for _, member := range members {
			if !slices.Contains(m.Delivered, member) {
				return true
			}
		}
		m.State = Delivered
		return true
	})
}

// sendReceipt queues the receipt of a bundle: on one link, or on all of them
// for every neighbour that is not known to hold it. from is who sent it here.
func (n *Node) sendReceipt(k routing.Key, from ident.Number, via *link) {
	for _, l := range n.links {
		if l == nil || !l.up || (from == 0 && via != nil && l != via) {
			continue
		}
		var needs routing.Nodes
		for _, num := range l.reach {
			if num != from && n.best(num) == l {
				needs.Add(num)
			}
		}
		delay := time.Duration(0)
		switch {
		case l != via || from == 0:
		case l.profile.Secure:
			delay = l.acceptWindow() + n.spreadOver(l.acceptWindow())
		default:
			delay = n.relayDelay(l, from, needs, k.ID, bundle.Routine, frame.ReceiptSize)
		}
		for _, num := range needs {
			n.lacks(l, num, k, nil, delay)
		}
	}
}

// answerReceipt sends the receipt of a bundle where its sender was just heard, also when
// there is a faster link to him: he may hear nothing on that one, and repeats the bundle
// until he hears the receipt somewhere.
func (n *Node) answerReceipt(l *link, from ident.Number, k routing.Key, addressee bool) {
	n.sendReceipt(k, 0, l)
	if l.up && n.best(from) != l && slices.Contains(l.reach, from) {
		n.lacks(l, from, k, nil, 0)
	}
	t := l.queue.Get(k)
	switch {
	case l.profile.Secure || t == nil || t.Answer:
	case addressee:
		n.answerFirst(l, k)
	default: // others have it, too, and the addressee may be there
		l.queue.Postpone(t, n.now.Mono.Add(l.timing.AnswerSlot*receiptSlots+n.answerDelay(l, from, k.ID)))
	}
}

// answerFirst gives a receipt of this node's own the first turn on the link on which its
// bundle was heard.
func (n *Node) answerFirst(l *link, k routing.Key) {
	if t := l.queue.Get(k); t != nil && !t.Answer && !l.profile.Secure {
		t.Answer, t.Held = true, false
		l.receipts++
		l.queue.Postpone(t, n.now.Mono)
	}
}

// noAnswer takes the first turn from a receipt, since it was sent or cannot be.
func (l *link) noAnswer(t *routing.Task) {
	if t.Answer {
		t.Answer = false
		l.receipts--
	}
}

// releaseReceipt takes a neighbour off the task of a receipt.
func (n *Node) releaseReceipt(l *link, num ident.Number, id bundle.ID) {
	t := l.queue.Get(receiptOf(id))
	if t == nil {
		return
	}
	if t.Needs.Remove(num); len(t.Needs) == 0 {
		l.drop(t)
	}
}
