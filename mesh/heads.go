package mesh

import (
	"cmp"
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
	denyNext   clock.Instant // on slow links, the next denials not before
}

// headOf names what one head can be about. Numbers that are only denied have heads
// of their own, so that who poses under many keeps no true one waiting.
type headOf struct {
	group  ident.GroupID
	day    clock.Day
	denial bool
}

// headDebt is what a node owes the readers of a group.
type headDebt struct {
	debts []debt // ascending by number
	due   clock.Instant
}

// debt is one number of which a head has to say something.
type debt struct {
	seq      uint16
	hash     *[32]byte // of this node's bundle; nil: the group has none of that number
	disputed bool      // others use the number as well
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
	n.addDebt(headOf{ident.GroupID(key[1]), clock.Day(binary.BigEndian.Uint16(key[2:])), d.hash == nil}, d, 0)
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
	if d.hash != nil { // a number that posers took, used because no other was left, is denied no longer
		denial := k
		denial.denial = true
		if o := n.heads[denial]; o != nil {
			o.debts = slices.DeleteFunc(o.debts, func(x debt) bool { return x.seq == d.seq })
		}
	}
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
	d.disputed, k.denial = true, d.hash == nil
	n.oweHead(k, d, 0)
	o := n.heads[k]
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
	for _, k := range n.headsOwed(func(k headOf) bool { return n.heads[k].due <= n.now.Mono }) {
		n.payHeads(k)
	}
}

// settleHeads sends what heads can still be sent to a group that the node leaves,
// and owes it nothing from then on.
func (n *Node) settleHeads(g ident.GroupID) {
	for _, k := range n.headsOwed(func(k headOf) bool { return k.group == g }) {
		n.payHeads(k)
		if o := n.heads[k]; o != nil {
			n.dropDebts(k, len(o.debts))
		}
	}
}

// headsOwed returns those heads for which match holds, sorted.
func (n *Node) headsOwed(match func(headOf) bool) []headOf {
	var owed []headOf
	for k := range n.heads { // order: sorted below
		if match(k) {
			owed = append(owed, k)
		}
	}
	slices.SortFunc(owed, compareHeadOf)
	return owed
}

func compareHeadOf(a, b headOf) int {
	later := func(k headOf) int { // what denies comes last
		if k.denial {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.day, b.day), cmp.Compare(later(a), later(b)))
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
	slow := k.denial && !n.allFast()
	if slow && n.now.Mono < n.denyNext {
		o.due = n.denyNext
		return
	}
	for sent := 0; len(o.debts) > 0; sent++ {
		if slow && sent == maxDenials { // no more airtime than that for posers
			n.denyNext = n.now.Mono.Add(headDelaySlow)
			o.due = n.denyNext
			return
		}
		count := n.oneHead(k, o)
		if !n.sendHead(k, today, o.debts[:count]) { // no room or no number today
			o.due = n.now.Mono.Add(time.Minute)
			return
		}
	}
	delete(n.heads, k)
	if slow {
		n.denyNext = n.now.Mono.Add(headDelayDisputed)
	}
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
	limit := func(d debt) int {
		if d.disputed && d.hash != nil {
			return headBatchDisputed
		}
		return headBatchFast
	}
	most, count := limit(o.debts[0]), 1
	for count < min(most, len(o.debts)) && count < limit(o.debts[count]) && int(o.debts[count].seq)-int(o.debts[0].seq) < bundle.MaxHeadSpan-2*maxHeadReach {
		for seq := o.debts[count-1].seq + 1; seq < o.debts[count].seq; seq++ {
			if !n.usedOtherwise(k, seq) {
				return count
			}
		}
		most = min(most, limit(o.debts[count]))
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
