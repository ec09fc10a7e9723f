package mesh

import (
	"errors"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// onBundle takes a bundle that a neighbour sent: it is checked, made durable,
// and then accepted.
func (n *Node) onBundle(l *link, from ident.Number, data []byte, old bool) {
	b, err := bundle.Decode(data, n.today())
	if err != nil {
		n.count(bundleOutcome(err))
		return
	}
	hash := b.Hash()
	switch it, ended := n.known(b.ID, hash); {
	case it != nil && it.Own:
		n.count(countBundleReturned)
		if !old {
			n.learnHolder(l, from, it)
		}
		if n.live.contested(b.ID) {
			n.acceptFrom(l, from, b.ID, hash) // it was sent for the sake of those who may lack it
		}
		return
	case it != nil || ended:
		if it != nil && !old {
			n.learnHolder(l, from, it)
		}
		n.again(l, from, b, hash, it, old)
		return
	}
	if reason := n.refuse(b); reason != "" {
		n.count(reason)
		n.refuseForGood(b.ID, hash, reason)
		return
	}
	opened, reason := n.open(b)
	if reason == "" {
		reason = n.forbid(b, opened.Content)
	}
	if reason != "" {
		n.count(reason)
		n.refuseForGood(b.ID, hash, reason)
		return
	}
	n.count(countBundleTaken)
	n.take(l, from, b, opened, old)
}

// bundleOutcome names the class of a bundle that cannot be read.
func bundleOutcome(err error) string {
	switch {
	case errors.Is(err, bundle.ErrVersion):
		return countBundleVersion
	case errors.Is(err, bundle.ErrOversized):
		return countBundleSize
	default:
		return countBundleBad
	}
}

// refuse says why a new bundle is not taken, or nothing. Every relay enforces
// the right to send FLASH, which is why a FLASH is always signed.
func (n *Node) refuse(b *bundle.Bundle) string {
	cert, ok := n.certificate(b.ID.Origin)
	if !ok {
		return countBundleOrigin
	}
	if n.excluded(b.ID.Origin) {
		return countBundleOut
	}
	if !n.destination(b.To) {
		return countBundleTo
	}
	if b.To.Group == ident.NetworkGroup && !b.Signed { // what it may say, forbid tells
		return countBundleRight
	}
	if n.now.Surely(b.Expires()) {
		return countBundleExpired
	}
	if b.Precedence == bundle.Flash && (!b.Signed || !n.may(b.ID.Origin, ident.MayFlash, b.Created)) {
		return countBundleRight
	}
	if b.Signed && !b.Verify(n.verifier, cert) {
		return countBundleSign
	}
	if !n.live.room(b.Precedence, len(b.Sealed)) {
		return countBundleFull
	}
	return n.refuseVariant(b)
}

// nothing stands for the content of a bundle that this node only carries.
const nothing bundle.ContentType = 0xff

// open opens a bundle that is for this node. One that is for another node, or
// for a group that this node is not in, comes back without content: this node
// cannot judge it and carries it.
func (n *Node) open(b *bundle.Bundle) (o bundle.Opened, reason string) {
	if b.To.Node != 0 && b.To.Node != n.self || b.To.Group != 0 && !n.trust.Roster.In(n.self, b.To.Group) {
		return bundle.Opened{Content: bundle.Content{Type: nothing}}, ""
	}
	o, err := b.Open(n.keys)
	switch {
	case errors.Is(err, bundle.ErrNoKey):
		return o, countBundleNoKey
	case err != nil:
		return o, countBundleSeal
	}
	return o, ""
}

// take keeps a sound new bundle. All that follows from it is one batch; the
// acceptance or receipt and the delivery come behind that batch. old says that
// from may not be who sent it: he is answered, and may lack it all the same.
func (n *Node) take(l *link, from ident.Number, b *bundle.Bundle, o bundle.Opened, old bool) {
	it := itemOf(b, false)
	if it.Variant = n.vectors.Have(b.ID); it.Variant {
		n.conflict(b)
	}
	holder := from
	if old {
		holder = 0
	} else {
		it.Holders.Add(from)
		n.leaveToAnswers(l, b.To)
	}
	switch forMe := b.To.Node == n.self; {
	case !it.Variant && n.settledBefore(b):
		n.see(b.ID)
		n.answerReceipt(l, from, receiptOf(b.ID), forMe)
	case forMe && b.NoReceipt:
		// Nobody waits for its receipt: the acceptance settles it, and it need
		// not be kept.
		n.deliver(b, o, it)
		n.see(b.ID)
		n.batch.Put(hashKey(prefixEnded, b.ID, it.Hash), nil)
		n.acceptFrom(l, from, b.ID, b.Hash())
	case forMe:
		n.deliver(b, o, it)
		n.see(b.ID)
		k := n.bury(b.ID, tombstone{proof: o.Proof, hash: b.Hash()})
		n.sendReceipt(k, 0, nil) // it says that the bundle is held, too
		n.answerFirst(l, k)
	default:
		n.deliver(b, o, it) // first, so that the index knows the record
		n.keep(b, it)
		n.afterKept(b)
		if !n.answersItself(l, from, it) {
			n.acceptFrom(l, from, b.ID, b.Hash())
		}
		n.spread(it, holder, l)
	}
}

// afterKept does what follows from a bundle once it stands beside others of its id.
func (n *Node) afterKept(b *bundle.Bundle) {
	if b.ID.Origin == n.self {
		n.onPretender(b)
	}
	if b.To.Group != 0 {
		n.tryWaiting(b.ID, b.To.Group)
	}
}

// deliver puts a bundle's content into the record, or acts on it. What came under
// this node's own number is not shown: it did not write it, or does not know it.
func (n *Node) deliver(b *bundle.Bundle, o bundle.Opened, it *routing.Item) {
	switch {
	case o.Type == nothing, b.ID.Origin == n.self:
	case n.mustProve(b, o):
		n.quarantine(it)
	default:
		n.show(b, o, it, n.judge(b), nil)
	}
}

// show is deliver for what may be shown. head is what proved it, if it waited for
// that.
func (n *Node) show(b *bundle.Bundle, o bundle.Opened, it *routing.Item, p Proof, head *bundle.Bundle) {
	switch {
	case o.Type == bundle.ContentText:
		n.showText(b, o, it, p, head)
	case o.Type == bundle.ContentReceipts && b.To.Node == n.self: // to a group, every member could say so in anybody's name
		n.onReceipts(b.ID.Origin, o.Body)
	case o.Type == bundle.ContentHead && b.Signed:
		n.onHead(b, o)
	case o.Type == bundle.ContentTime:
		n.onTimeBeacon(b, o.Body)
	case o.Type == bundle.ContentSentOn:
		n.deliverSentOn(b, o, it)
	default:
		n.deliverAct(b, o, it)
	}
}

func (n *Node) showText(b *bundle.Bundle, o bundle.Opened, it *routing.Item, p Proof, head *bundle.Bundle) {
	if b.To.Group == ident.NetworkGroup {
		n.count(countActBad)
		return
	}
	text := showable(o.Body)
	if m, ok := n.sameMessage(b, text); ok {
		n.joinTwin(m, b)
		return
	}
	m := messageOf(b)
	m.Text, m.Proof = text, p
	if head != nil {
		m.Head = head.ID
	}
	n.addRecord(&m)
	it.Record = m.Number
	n.keepEvidence(m.Number, b, o)
	if head != nil {
		n.putHeadOf(m.Number, head)
	}
	n.audit(AuditEvent{Action: ActionDeliver, ID: b.ID.String(), Detail: b.Precedence.String() + " from " + b.ID.Origin.String()})
	n.oweGroup(b, it, m.Hash)
	n.count(countDelivered)
	n.after(Deliver{Message: m})
}

// again answers a bundle that is known already, alive here (as it) or ended: its
// sender has not heard that this node has it.
func (n *Node) again(l *link, from ident.Number, b *bundle.Bundle, hash [32]byte, it *routing.Item, old bool) {
	n.count(countBundleTwice)
	if !old {
		n.leaveToAnswers(l, b.To)
	}
	if it != nil {
		n.acceptFrom(l, from, b.ID, hash)
		return
	}
	if t, ok := n.tombstone(b.ID); ok && t.hash == hash {
		l.charge(from, frame.ReceiptSize)
		n.answerReceipt(l, from, receiptOf(b.ID), b.To.Node == n.self)
		return
	}
	v, _ := n.read(hashKey(prefixEnded, b.ID, routing.Prefix(hash[:8])))
	switch e, ok := endingOf(v); {
	case ok && e.proof != nil:
		k := receiptOf(b.ID)
		k.Variant = routing.Prefix(hash[:8])
		n.answerReceipt(l, from, k, b.To.Node == n.self)
	case ok && b.To.Node == n.self:
		n.acceptFrom(l, from, b.ID, hash) // a bundle without receipt, done with
	}
	// Else its life here is over, and nothing is promised.
}

// learnHolder notes that a neighbour has a bundle: it lacks it no longer, and
// when it has just sent it to others, this node lets them answer first.
func (n *Node) learnHolder(l *link, num ident.Number, it *routing.Item) {
	if !it.Own {
		it.Holders.Add(num)
	}
	for _, other := range n.links {
		if other == nil {
			continue
		}
		t := other.queue.Get(it.Task())
		if t == nil {
			continue
		}
		if other.serve(t, num); other == l && t.Attempts == 0 && len(t.Needs) > 0 {
			other.queue.Postpone(t, n.now.Mono.Add(n.retry(l)+n.spreadOver(l.timing.Retry)))
		}
	}
}
