package mesh

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// bury ends the life of a direct bundle by its receipt, in the batch in
// progress.
func (n *Node) bury(id bundle.ID, t tombstone) {
	n.batch.Put(idKey(prefixReceipt, id), t.value())
	n.vectors.AddReceipt(id)
	n.putSeen(routing.Stream{Origin: id.Origin, Day: id.Day})
	n.changed()
	if it := n.live.get(id); it != nil {
		n.dropLive(it)
	}
}

// settledBefore reports whether the receipt of a bundle came here before the
// bundle did, and proves itself. One that does not is thrown away.
func (n *Node) settledBefore(b *bundle.Bundle) bool {
	v, ok := n.view.Get(idKey(prefixReceipt, b.ID))
	if !ok {
		return false
	}
	if t, sound := tombstoneOf(v); sound && b.To.Node != 0 && b.ReceiptMatches(t.proof) {
		n.batch.Put(idKey(prefixReceipt, b.ID), tombstone{proof: t.proof, hash: b.Hash()}.value())
		return true
	}
	n.count(countReceiptForged)
	n.batch.Delete(idKey(prefixReceipt, b.ID))
	n.vectors.RemoveReceipt(b.ID)
	n.cancel(routing.Key{ID: b.ID, Kind: routing.SendReceipt})
	return false
}

// onReceipt takes the receipt of a direct bundle. A relay that holds the bundle
// checks it without a key; one that does not, or no longer, carries it unproven,
// and will not refuse the bundle on its account.
func (n *Node) onReceipt(l *link, from ident.Number, body []byte) {
	r, err := frame.DecodeReceipt(body, n.today())
	if err != nil {
		n.count(countMalformed)
		return
	}
	n.releaseReceipt(l, from, r.ID)
	if n.vectors.Receipted(r.ID) {
		n.count(countReceiptTwice)
		if t := l.queue.Get(routing.Key{ID: r.ID, Kind: routing.SendReceipt}); t != nil {
			l.drop(t) // somebody else repeated it to those around; the vectors tell if one did not hear
		}
		return
	}
	if _, ok := n.certificate(r.ID.Origin); !ok {
		n.count(countBundleOrigin)
		return
	}
	it := n.live.get(r.ID)
	if it == nil {
		if r.ID.Origin == n.self && !n.vectors.Have(r.ID) {
			n.count(countReceiptForged)
			return
		}
		if !n.vectors.Room() {
			n.count(countBundleFull)
			return
		}
		n.bury(r.ID, tombstone{proof: r.T})
		n.sendReceipt(r.ID, from, l)
		return
	}
	data, ok := n.view.Get(idKey(prefixBundle, r.ID))
	b, err := bundle.Decode(data, r.ID.Day)
	if !ok || err != nil || b.To.Node == 0 || !b.ReceiptMatches(r.T) {
		n.count(countReceiptForged)
		return
	}
	n.count(countReceiptTaken)
	if from == it.To.Node {
		l.answer(from)
	}
	n.bury(r.ID, tombstone{proof: r.T, hash: b.Hash()})
	if it.Own && it.Record != 0 {
		n.proven(it.Record, it.To.Node)
	}
	n.commit()
	n.sendReceipt(r.ID, from, l)
}

// proven notes in the record that a node proved delivery.
func (n *Node) proven(record uint64, by ident.Number) {
	n.updateRecord(record, func(m *Message) bool {
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
func (n *Node) sendReceipt(id bundle.ID, from ident.Number, via *link) {
	k := routing.Key{ID: id, Kind: routing.SendReceipt}
	for _, l := range n.links {
		if l == nil || !l.up || (from == 0 && via != nil && l != via) {
			continue
		}
		delay := time.Duration(0)
		if l == via && from != 0 {
			delay = l.relayDelay(n, bundle.Routine)
		}
		for _, num := range l.reach {
			if num != from && n.best(num) == l {
				n.lacks(l, num, k, nil, delay)
			}
		}
	}
}

// releaseReceipt takes a neighbour off the task of a receipt.
func (n *Node) releaseReceipt(l *link, num ident.Number, id bundle.ID) {
	t := l.queue.Get(routing.Key{ID: id, Kind: routing.SendReceipt})
	if t == nil {
		return
	}
	if t.Needs.Remove(num); len(t.Needs) == 0 {
		l.drop(t)
	}
}

// owed is the group receipts that this node owes one origin.
type owed struct {
	ids    []bundle.ID
	urgent bool
	due    clock.Instant
}

// owe notes that delivery of a group message is to be proven to its origin.
// Several travel in one bundle.
func (n *Node) owe(id bundle.ID, urgent bool) {
	o := n.owed[id.Origin]
	if o == nil {
		o = &owed{due: clock.Never}
		n.owed[id.Origin] = o
	}
	o.ids = append(o.ids, id)
	o.urgent = o.urgent || urgent
	delay := n.owedDelay(urgent)
	if len(o.ids) >= maxOwedBatch {
		delay = 0
	}
	o.due = min(o.due, n.now.Mono.Add(delay))
}

// owedDelay is how long receipts are collected: as long as the slowest link is
// slow.
func (n *Node) owedDelay(urgent bool) time.Duration {
	for _, l := range n.links {
		if l != nil && l.up && !l.profile.Secure {
			if urgent {
				return owedDelayUrgent + n.spreadOver(owedDelayUrgent)
			}
			return owedDelaySlow + n.spreadOver(owedDelaySlow)
		}
	}
	return owedDelayFast
}

func (n *Node) owedDue() clock.Instant {
	due := clock.Never
	for _, o := range n.owed { // order: the minimum does not depend on it
		due = min(due, o.due)
	}
	return due
}

// flushOwed sends the group receipts whose time has come.
func (n *Node) flushOwed() {
	if n.owedDue() > n.now.Mono {
		return
	}
	var origins routing.Nodes
	for num := range n.owed { // order: collected in ascending order
		origins.Add(num)
	}
	for _, num := range origins {
		if o := n.owed[num]; o.due <= n.now.Mono {
			n.sendOwed(num, o)
		}
	}
}

// sendOwed sends group receipts in a bundle that its own receipt ends, like any
// direct one: every node on the way learns that it arrived, purges its copy, and
// is at one with its neighbours again.
func (n *Node) sendOwed(origin ident.Number, o *owed) {
	slices.SortFunc(o.ids, bundle.ID.Compare)
	batch := o.ids[:min(len(o.ids), maxOwedBatch)]
	p := bundle.Routine
	if o.urgent {
		p = bundle.Immediate
	}
	content := bundle.Content{Type: bundle.ContentReceipts, Body: bundle.AppendReceipts(nil, batch)}
	b, it, err := n.compose(bundle.Destination{Node: origin}, p, n.owedLifetime(batch), content)
	if err != nil { // no room or no number today: the debt stays, for later
		o.due = n.now.Mono.Add(time.Minute)
		return
	}
	for _, id := range batch {
		n.batch.Delete(idKey(prefixOwed, id))
	}
	n.keep(b, it)
	n.commit()
	n.spread(it, 0, nil)
	o.ids = slices.Clone(o.ids[len(batch):])
	o.urgent = false
	if len(o.ids) == 0 {
		delete(n.owed, origin)
	}
}

// owedLifetime is how long a bundle of receipts lives: as long as what it
// proves, since its sender may be out of reach for as long as that.
func (n *Node) owedLifetime(ids []bundle.ID) time.Duration {
	life := receiptLifetime
	for _, id := range ids {
		if it := n.live.get(id); it != nil {
			life = max(life, time.Duration(it.Expires-n.now.Wall)*time.Millisecond)
		}
	}
	return min(life, bundle.MaxLifetime)
}

// onReceipts takes the group receipts in a bundle whose seal proved who sent
// it. Many of them can be more than one batch holds: noting a receipt twice
// changes nothing, and the caller notes the bundle as seen in the last batch.
func (n *Node) onReceipts(by ident.Number, body []byte) {
	ids, err := bundle.DecodeReceipts(body, n.today())
	if err != nil {
		n.count(countContent)
		return
	}
	for _, id := range ids {
		n.commitLarge()
		if id.Origin != n.self {
			n.count(countReceiptForged)
			continue
		}
		if record := n.recordNumber(id); record != 0 {
			n.count(countReceiptTaken)
			n.proven(record, by)
		}
	}
}
