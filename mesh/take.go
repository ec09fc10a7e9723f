package mesh

import (
	"errors"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// onBundle takes a bundle that a neighbour sent: it is checked, made durable,
// and then accepted.
func (n *Node) onBundle(l *link, from ident.Number, data []byte) {
	b, err := bundle.Decode(data, n.today())
	if err != nil {
		n.count(bundleOutcome(err))
		return
	}
	switch {
	case b.ID.Origin == n.self:
		n.count(countBundleReturned)
		n.suspectBundle(b)
		n.learnHolder(l, from, b.ID)
		return
	case n.vectors.Have(b.ID):
		n.again(l, from, b)
		return
	}
	if reason := n.refuse(b); reason != "" {
		n.count(reason)
		return
	}
	opened, reason := n.open(b)
	if reason != "" {
		n.count(reason)
		return
	}
	n.count(countBundleTaken)
	n.take(l, from, b, opened)
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
	if b.To.Group == ident.NetworkGroup && !(b.Signed && mayAdminister(cert)) {
		return countBundleRight
	}
	if n.now.Surely(b.Expires()) {
		return countBundleExpired
	}
	if b.Precedence == bundle.Flash && (!b.Signed || cert.Rights&ident.MayFlash == 0) {
		return countBundleRight
	}
	if b.Signed && !b.Verify(n.verifier, cert) {
		return countBundleSign
	}
	if !n.live.room(b.Precedence, len(b.Sealed)) {
		return countBundleFull
	}
	return ""
}

// nothing stands for the content of a bundle that this node only carries.
const nothing bundle.ContentType = 0xff

// open opens a bundle that is for this node. One that is for another node
// comes back without content: this node cannot judge it and carries it.
func (n *Node) open(b *bundle.Bundle) (o bundle.Opened, reason string) {
	if b.To.Node != 0 && b.To.Node != n.self {
		return bundle.Opened{Content: bundle.Content{Type: nothing}}, ""
	}
	o, err := b.Open(n.keys)
	if err != nil {
		return o, countBundleSeal
	}
	return o, ""
}

// take keeps a sound new bundle. All that follows from it is one batch; the
// acceptance or receipt and the delivery come behind that batch.
func (n *Node) take(l *link, from ident.Number, b *bundle.Bundle, o bundle.Opened) {
	it := itemOf(b, false)
	it.Holders.Add(from)
	switch forMe := b.To.Node == n.self; {
	case n.settledBefore(b):
		n.see(b.ID)
		n.sendReceipt(b.ID, 0, l)
	case forMe && b.NoReceipt:
		// Nobody waits for its receipt: the acceptance settles it, and it need
		// not be kept.
		n.deliver(b, o.Content, it)
		n.see(b.ID)
		n.acceptFrom(l, from, b.ID, b.Hash())
	case forMe:
		n.deliver(b, o.Content, it)
		n.see(b.ID)
		n.bury(b.ID, tombstone{proof: o.Proof, hash: b.Hash()})
		n.sendReceipt(b.ID, 0, nil) // it says that the bundle is held, too
	default:
		n.deliver(b, o.Content, it) // first, so that the index knows the record
		n.keep(b, it)
		n.acceptFrom(l, from, b.ID, b.Hash())
		n.spread(it, from, l)
	}
}

// deliver puts a bundle's content into the record, or acts on it.
func (n *Node) deliver(b *bundle.Bundle, c bundle.Content, it *routing.Item) {
	switch c.Type {
	case nothing:
	case bundle.ContentText:
		if b.To.Group == ident.NetworkGroup {
			n.count(countActBad)
			return
		}
		m := Message{
			ID: b.ID, From: b.ID.Origin, To: b.To, Precedence: b.Precedence,
			Text:    strings.ToValidUTF8(string(c.Body), "\uFFFD"), // a seal vouches for the sender, not for sense
			Created: b.Created, Expires: b.Expires(), State: Received, Proof: proofOf(b),
		}
		n.addRecord(&m)
		it.Record = m.Number
		n.audit(AuditEvent{Action: ActionDeliver, ID: b.ID.String(), Detail: b.Precedence.String() + " from " + b.ID.Origin.String()})
		if b.To.Group != 0 && !b.NoReceipt {
			n.batch.Put(idKey(prefixOwed, b.ID), nil)
			n.owe(b.ID, b.Precedence == bundle.Flash)
		}
		n.count(countDelivered)
		n.after(Deliver{Message: m})
	case bundle.ContentReceipts:
		n.onReceipts(b.ID.Origin, c.Body)
	default:
		if !c.Type.SignedAlways() {
			n.count(countContent)
			return
		}
		if act := n.enact(b, c, by(b.ID.Origin, "")); act != nil {
			m := Message{
				ID: b.ID, From: b.ID.Origin, To: b.To, Precedence: b.Precedence, Text: act.String(), Act: c.Type,
				Created: b.Created, Expires: b.Expires(), State: Received, Proof: proofOf(b),
			}
			n.addRecord(&m)
			it.Record = m.Number
			n.after(Deliver{Message: m})
		}
	}
}

// again answers a bundle that is known already: its sender has not heard that
// this node has it.
func (n *Node) again(l *link, from ident.Number, b *bundle.Bundle) {
	n.count(countBundleTwice)
	hash := b.Hash()
	if it := n.live.get(b.ID); it != nil {
		if it.Hash != [8]byte(hash[:8]) {
			n.count(countBundleConflict)
			return
		}
		n.learnHolder(l, from, b.ID)
		n.acceptFrom(l, from, b.ID, hash)
		return
	}
	if n.vectors.Receipted(b.ID) {
		l.charge(from, frame.ReceiptSize)
		n.sendReceipt(b.ID, 0, l)
		return
	}
	if b.To.Node == n.self {
		n.acceptFrom(l, from, b.ID, hash) // a bundle without receipt, done with
	}
	// Else its life here is over, and what its hash was is forgotten: this may be
	// another bundle under its number, and nothing is said of that.
}

// learnHolder notes that a neighbour has a bundle: it lacks it no longer, and
// when it has just sent it to others, this node lets them answer first.
func (n *Node) learnHolder(l *link, num ident.Number, id bundle.ID) {
	if it := n.live.get(id); it != nil && !it.Own {
		it.Holders.Add(num)
	}
	for _, other := range n.links {
		if other == nil {
			continue
		}
		t := other.queue.Get(routing.Key{ID: id, Kind: routing.SendBundle})
		if t == nil {
			continue
		}
		if t.Needs.Remove(num); len(t.Needs) == 0 {
			other.drop(t)
		} else if other == l && t.Attempts == 0 {
			other.queue.Postpone(t, n.now.Mono.Add(l.timing.Retry+n.spreadOver(l.timing.Retry)))
		}
	}
}
