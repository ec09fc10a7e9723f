package mesh

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"encoding/binary"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/routing"
)

// owedReceipt is the bundle of a group of which delivery is to be proven.
type owedReceipt struct {
	id   bundle.ID
	hash BundleHash
}

// owed is the group receipts that this node owes one origin.
type owed struct {
	list   []owedReceipt
	urgent bool
	due    clock.Instant
}

// owe notes that delivery of a group message is to be proven to its origin.
// Several travel in one bundle.
func (n *Node) owe(r owedReceipt, urgent bool) {
	o := n.owed[r.id.Origin]
	if o == nil {
		o = &owed{due: clock.Never}
		n.owed[r.id.Origin] = o
	}
	o.list = append(o.list, r)
	o.urgent = o.urgent || urgent
	delay := n.owedDelay(urgent)
	if len(o.list) >= maxOwedBatch {
		delay = 0
	}
	o.due = min(o.due, n.now.Mono.Add(delay))
}

// owedDelay is how long receipts are collected: as long as the slowest link is
// slow.
func (n *Node) owedDelay(urgent bool) time.Duration {
	switch {
	case n.allFast():
		return owedDelayFast
	case urgent:
		return owedDelayUrgent + n.spreadOver(max(owedDelayUrgent, n.owedByAll()))
	}
	return owedDelaySlow + n.spreadOver(max(owedDelaySlow, 2*n.owedByAll()))
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
	slices.SortFunc(o.list, func(a, b owedReceipt) int { return cmp.Or(a.id.Compare(b.id), bytes.Compare(a.hash[:], b.hash[:])) })
	batch := o.list[:min(len(o.list), maxOwedBatch)]
	var receipts []bundle.Receipt
	for _, r := range batch {
		check, err := n.receiptCheck(origin, n.self, r.id, r.hash)
		if err != nil { // it has left the roster
			o.due = n.now.Mono.Add(time.Minute)
			return
		}
		receipts = append(receipts, bundle.Receipt{ID: r.id, Check: check})
	}
	p := bundle.Routine
	if o.urgent {
		p = bundle.Immediate
	}
	content := bundle.Content{Type: bundle.ContentReceipts, Body: bundle.AppendReceipts(nil, receipts)}
	b, it, err := n.compose(bundle.Destination{Node: origin}, p, n.owedLifetime(batch), content)
	if err != nil { // no room or no number today: the debt stays, for later
		o.due = n.now.Mono.Add(time.Minute)
		return
	}
	for _, r := range batch {
		n.batch.Delete(hashKey(prefixOwed, r.id, routing.Prefix(r.hash[:8])))
	}
	n.keep(b, it)
	n.commit()
	n.spread(it, 0, nil)
	o.list = slices.Clone(o.list[len(batch):])
	o.urgent = false
	if len(o.list) == 0 {
		delete(n.owed, origin)
	}
}

// owedLifetime is how long a bundle of receipts lives: as long as what it
// proves, since its sender may be out of reach for as long as that.
func (n *Node) owedLifetime(list []owedReceipt) time.Duration {
	life := receiptLifetime
	for _, r := range list {
		if it := n.live.find(r.id, routing.Prefix(r.hash[:8])); it != nil {
			life = max(life, time.Duration(it.Expires-n.now.Wall)*time.Millisecond)
		}
	}
	return min(life, bundle.MaxLifetime)
}

// onReceipts takes the group receipts in a bundle whose seal proved who sent
// it. Many of them can be more than one batch holds: noting a receipt twice
// changes nothing, and the caller notes the bundle as seen in the last batch.
func (n *Node) onReceipts(by ident.Number, body []byte) {
	list, err := bundle.DecodeReceipts(body, n.today())
	if err != nil {
		n.count(countContent)
		return
	}
	for _, r := range list {
		n.commitLarge()
		if r.ID.Origin != n.self {
			n.count(countReceiptForged)
			continue
		}
		v, _ := n.read(idKey(prefixIndex, r.ID)) // of a day, too, whose vector is forgotten
		for _, number := range indexNumbers(v) {
			n.count(countReceiptTaken)
			n.proven(number, by, func(m *Message) bool { return n.means(by, r, m.Hash) || n.means(by, r, m.Twin) })
		}
	}
}

// means reports whether a group's receipt is for the bundle of a hash.
func (n *Node) means(by ident.Number, r bundle.Receipt, hash BundleHash) bool {
	want, err := n.receiptCheck(by, by, r.ID, hash)
	return err == nil && hmac.Equal(want[:], r.Check[:])
}

// receiptCheck tells in a list of receipts which of several bundles of an id one
// node got from the other. See bundle.CheckSize for why its 3 bytes are enough.
func (n *Node) receiptCheck(peer, by ident.Number, id bundle.ID, hash BundleHash) (check [bundle.CheckSize]byte, err error) {
	what := binary.BigEndian.AppendUint16(nil, uint16(by))
	what = binary.BigEndian.AppendUint16(what, uint16(id.Origin))
	what = binary.BigEndian.AppendUint16(what, uint16(id.Day))
	what = binary.BigEndian.AppendUint16(what, id.Seq)
	mac, err := n.keys.PairMAC(peer, seal.LabelDelivered, what, hash[:])
	return [bundle.CheckSize]byte(mac[:]), err
}

// owedBytes is the size of a frame with a bundle of a receipt or two.
const owedBytes = 96

// owedByAll is how long it takes until each neighbour on the slowest link has sent its
// receipts, and somebody else something in between: those of a message to a group fall
// due in the same moment everywhere.
func (n *Node) owedByAll() (d time.Duration) {
	for _, l := range n.links {
		if l != nil && l.up && !l.profile.Secure {
			d = max(d, 2*l.profile.Airtime(owedBytes)*timeFactor(l.crowd()))
		}
	}
	return d
}
