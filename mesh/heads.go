package mesh

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/routing"
)

// What a node writes to a group without a signature it owes one for: a head, which
// signs many at once. The debt is durable in the commit of the message. A head also
// denies: of the numbers in its range that it does not list, the group has nothing
// of this node without a signature.

// authorship is what a node keeps of its own writing.
type authorship struct {
	used       map[clock.Day]*routing.Set // the numbers of its own bundles
	claimed    routing.Set                // numbers that neighbours claim to have seen of it
	claimedDay clock.Day
	heads      map[headOf]*headDebt
	restored   bool // its store is an old copy: what it does not know may be its own
	alarmNext  clock.Instant
}

// headOf names what one head can be about.
type headOf struct {
	group ident.GroupID
	day   clock.Day
}

// headDebt is what a node owes the readers of a group.
type headDebt struct {
	debts    []debt // ascending by number
	due      clock.Instant
	disputed bool
}

// debt is one number of which a head has to say something.
type debt struct {
	seq  uint16
	hash *[32]byte // of this node's bundle; nil: the group has none of that number
}

func headKey(k headOf, seq uint16) []byte {
	key := binary.BigEndian.AppendUint16([]byte{prefixHead, byte(k.group)}, uint16(k.day))
	return binary.BigEndian.AppendUint16(key, seq)
}

// loadHead reads an entry under prefixHead.
func (n *Node) loadHead(key, v []byte) bool {
	if len(key) != 6 || len(v) != 0 && len(v) != 32 {
		return false
	}
	d := debt{seq: binary.BigEndian.Uint16(key[4:])}
	if len(v) == 32 {
		d.hash = (*[32]byte)(slices.Clone(v))
	}
	n.addDebt(headOf{ident.GroupID(key[1]), clock.Day(binary.BigEndian.Uint16(key[2:]))}, d, 0)
	return true
}

// oweHead notes that a head has to speak of a number of this node. left is how
// long the readers have use of it.
func (n *Node) oweHead(k headOf, d debt, left time.Duration) {
	var v []byte
	if d.hash != nil {
		v = d.hash[:]
	}
	n.batch.Put(headKey(k, d.seq), v)
	n.addDebt(k, d, left)
}

func (n *Node) addDebt(k headOf, d debt, left time.Duration) {
	o := n.heads[k]
	if o == nil {
		o = &headDebt{due: clock.Never}
		n.heads[k] = o
	}
	i, found := slices.BinarySearchFunc(o.debts, d.seq, func(d debt, seq uint16) int { return int(d.seq) - int(seq) })
	if found {
		o.debts[i] = d
	} else {
		o.debts = slices.Insert(o.debts, i, d)
	}
	batch, delay := headBatchSlow, headDelaySlow
	if n.allFast() {
		batch, delay = headBatchFast, headDelayFast
	}
	if left > 0 {
		delay = min(delay, left/2)
	}
	if len(o.debts) >= batch {
		delay = 0
	}
	o.due = min(o.due, n.now.Mono.Add(delay))
}

// dispute makes what is owed of a number due soon: others use it as well.
func (n *Node) dispute(k headOf, d debt) {
	n.oweHead(k, d, 0)
	o := n.heads[k]
	o.disputed = true
	if n.allFast() {
		o.due = min(o.due, n.now.Mono.Add(headDelayFast))
	} else {
		o.due = min(o.due, n.now.Mono.Add(headDelayDisputed))
	}
}

// allFast reports whether no link that is up is slow.
func (n *Node) allFast() bool {
	for _, l := range n.links {
		if l != nil && l.up && !l.profile.Secure {
			return false
		}
	}
	return true
}

func (n *Node) headsDue() clock.Instant {
	due := clock.Never
	for _, o := range n.heads { // order: the minimum does not depend on it
		due = min(due, o.due)
	}
	return due
}

// flushHeads sends the heads whose time has come.
func (n *Node) flushHeads() {
	if n.headsDue() > n.now.Mono {
		return
	}
	var due []headOf
	for k, o := range n.heads { // order: sorted below
		if o.due <= n.now.Mono {
			due = append(due, k)
		}
	}
	slices.SortFunc(due, func(a, b headOf) int { return int(a.group)<<16 + int(a.day) - int(b.group)<<16 - int(b.day) })
	for _, k := range due {
		n.payHeads(k)
	}
}

// payHeads sends the heads of a group and a day.
func (n *Node) payHeads(k headOf) {
	o := n.heads[k]
	today := n.today()
	switch {
	case today < k.day: // the clock was set back: the debt waits for it
		o.due = n.now.Mono.Add(time.Hour)
		return
	case today-k.day > bundle.MaxHeadBack:
		n.dropDebts(k, len(o.debts))
		return
	}
	for len(o.debts) > 0 {
		count := n.oneHead(k, o)
		if !n.sendHead(k, today, o.debts[:count]) { // no room or no number today
			o.due = n.now.Mono.Add(time.Minute)
			return
		}
	}
	delete(n.heads, k)
}

// dropDebts takes the first debts off the list and out of the store.
func (n *Node) dropDebts(k headOf, count int) {
	o := n.heads[k]
	for _, d := range o.debts[:count] {
		n.batch.Delete(headKey(k, d.seq))
	}
	if o.debts = slices.Clone(o.debts[count:]); len(o.debts) == 0 {
		delete(n.heads, k)
	}
}

// oneHead returns how many of the first debts fit one head: all numbers between
// them must be used for something that the group does not have from this node.
func (n *Node) oneHead(k headOf, o *headDebt) int {
	limit := headBatchFast
	if o.disputed {
		limit = headBatchDisputed
	}
	count := 1
	for count < min(limit, len(o.debts)) && int(o.debts[count].seq)-int(o.debts[0].seq) < bundle.MaxHeadSpan-2*maxHeadReach {
		for seq := o.debts[count-1].seq + 1; seq < o.debts[count].seq; seq++ {
			if !n.usedOtherwise(k, seq) {
				return count
			}
		}
		count++
	}
	return count
}

// usedOtherwise reports whether this node used a number, and not for a message to
// the group without a signature.
func (n *Node) usedOtherwise(k headOf, seq uint16) bool {
	used := n.used[k.day]
	return used != nil && used.Has(seq) && !n.wroteUnsigned(k, seq)
}

// wroteUnsigned reports whether a message to the group without a signature stands
// in the record under a number of this node.
func (n *Node) wroteUnsigned(k headOf, seq uint16) bool {
	m, ok := n.ownMessage(bundle.ID{Origin: n.self, Day: k.day, Seq: seq})
	return ok && m.To.Group == k.group && !m.Signed
}

// ownMessage returns this node's own message of an id.
func (n *Node) ownMessage(id bundle.ID) (Message, bool) {
	for _, number := range n.recordNumbers(id) {
		if m, ok := n.message(number); ok && m.Outgoing {
			return m, true
		}
	}
	return Message{}, false
}

// sendHead pays debts by one head.
func (n *Node) sendHead(k headOf, today clock.Day, debts []debt) bool {
	h := &bundle.Head{Back: uint8(today - k.day)}
	var hashes [][32]byte
	for _, d := range debts {
		if d.hash != nil {
			h.Listed = append(h.Listed, d.seq)
			hashes = append(hashes, *d.hash)
		}
	}
	if len(hashes) > 0 {
		h.Digest = bundle.HeadDigest(hashes)
	}
	first, last := debts[0].seq, debts[len(debts)-1].seq
	for i := 0; i < maxHeadReach && first > 0 && n.usedOtherwise(k, first-1); i++ {
		first--
	}
	for i := 0; i < maxHeadReach && last < lastNumber && n.usedOtherwise(k, last+1); i++ {
		last++
	}
	h.First, h.Span = first, int(last)-int(first)+1
	p, life := n.headCare(k, h.Listed)
	b, it, err := n.compose(bundle.Destination{Group: k.group}, p, life, bundle.Content{Type: bundle.ContentHead, Body: h.Append(nil)})
	if err != nil {
		return false
	}
	n.count(countHeadSent)
	n.keepHeadDoc(b, hashes)
	for _, seq := range h.Listed {
		n.commitLarge() // until the debts are paid, all of this is done again
		n.provenByHead(bundle.ID{Origin: n.self, Day: k.day, Seq: seq}, b)
	}
	n.dropDebts(k, len(debts))
	n.keep(b, it)
	n.commit()
	n.spread(it, 0, nil)
	return true
}

// headCare returns the precedence of a head, that of the most urgent message it
// lists, and its lifetime, that of the one that lives longest.
func (n *Node) headCare(k headOf, listed []uint16) (bundle.Precedence, time.Duration) {
	p, life := bundle.Routine, receiptLifetime
	for _, seq := range listed {
		for _, it := range n.live.all(bundle.ID{Origin: n.self, Day: k.day, Seq: seq}) {
			if it.Own {
				p = min(p, it.Precedence)
				life = max(life, time.Duration(it.Expires-n.now.Wall)*time.Millisecond)
			}
		}
	}
	return max(p, bundle.Immediate), min(life, bundle.MaxLifetime)
}

// provenByHead notes at its author that a message is signed now.
func (n *Node) provenByHead(id bundle.ID, head *bundle.Bundle) {
	for _, number := range n.recordNumbers(id) {
		n.updateRecord(number, func(m *Message) bool {
			if !m.Outgoing || m.Proof == Proven && m.Head == head.ID {
				return false
			}
			m.Proof, m.Head = Proven, head.ID
			n.putHeadOf(number, head)
			return true
		})
	}
}

// deny answers a bundle of a group that came under a number of this node and is
// not its own: with what this node itself wrote under that number, if the group has
// that, or else with the word that it wrote nothing.
func (n *Node) deny(b *bundle.Bundle) {
	k := headOf{b.To.Group, b.ID.Day}
	if !n.keys.InGroup(k.group) || n.today()-k.day > bundle.MaxHeadBack {
		return
	}
	used := n.used[k.day]
	switch m, ok := n.ownMessage(b.ID); {
	case ok && m.To.Group == k.group && !m.Signed:
		hash := [32]byte(m.Hash)
		n.dispute(k, debt{b.ID.Seq, &hash})
		n.signAgain(b.ID)
	case used != nil && used.Has(b.ID.Seq), !n.restored && n.floor.least(k.day) == 0 && b.Created > n.began:
		n.dispute(k, debt{b.ID.Seq, nil})
	}
	// Else it may be this node's own from before its store was put back.
}

// signAgain makes a signed twin of an own message whose number is crowded: nodes
// that have no room for one more without a signature take this one.
func (n *Node) signAgain(id bundle.ID) {
	all := n.live.all(id)
	var own *routing.Item
	for _, it := range all {
		if it.Own && it.Signed {
			return // done
		}
		if it.Own {
			own = it
		}
	}
	if own == nil || len(all) < MaxVariants {
		return
	}
	b, ok := n.bundleOf(own)
	if !ok {
		return
	}
	o, err := b.Open(n.keys)
	if err != nil {
		return
	}
	h := b.Header
	h.Signed = true
	twin, err := bundle.Compose(n.keys, n.private, h, o.Content)
	if err != nil {
		return
	}
	n.count(countTwin)
	it := itemOf(twin, true)
	it.Variant, it.Record = true, own.Record
	n.updateRecord(own.Record, func(m *Message) bool {
		m.Twin = BundleHash(twin.Hash())
		return true
	})
	n.keep(twin, it)
	n.spread(it, 0, nil)
}
