package mesh

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
	"github.com/blackstart-mesh/blackstart/routing"
)

// What heads say is held against what is here. A head whose bundles are all here,
// and whose digest fits, proves them. A number in its range that it does not list
// is denied. Where a number has several bundles, the ones that make the digest fit
// are proven and the others contradicted. A head whose bundles are not all here
// waits for them.

// proofs is what a node keeps of the heads of others.
type proofs struct {
	denied  map[streamOfGroup]*routing.Set
	waiting map[routing.Stream][]*waitingHead // in order of arrival
	count   int
	recall  recall
}

func newProofs() *proofs {
	return &proofs{denied: make(map[streamOfGroup]*routing.Set), waiting: make(map[routing.Stream][]*waitingHead), recall: newRecall()}
}

// streamOfGroup is what one origin wrote to one group on one day.
type streamOfGroup struct {
	routing.Stream
	group ident.GroupID
}

func (s streamOfGroup) key() []byte {
	k := append(streamKey(s.Stream), byte(s.group))
	k[0] = prefixDenied
	return k
}

// waitingHead is a head that waits for bundles it lists.
type waitingHead struct {
	of      streamOfGroup
	bundle  *bundle.Bundle // that it came in
	key     seal.MessageKey
	head    *bundle.Head
	missing routing.Set // numbers of which nothing was here when it was looked at last
}

func (w *waitingHead) storeKey() []byte {
	k := streamKey(w.of.Stream)
	k[0] = prefixWaiting
	k = binary.BigEndian.AppendUint16(k, uint16(w.bundle.ID.Day))
	k = binary.BigEndian.AppendUint16(k, w.bundle.ID.Seq)
	hash := w.bundle.Hash()
	return append(k, hash[:8]...)
}

// loadWaiting reads an entry under prefixWaiting.
func (n *Node) loadWaiting(k, v []byte) bool {
	if len(k) != 17 || len(v) < messageKeySize {
		return false
	}
	key, rest := cutMessageKey(v)
	b, err := bundle.Decode(rest, clock.Day(binary.BigEndian.Uint16(k[5:])))
	if err != nil {
		return false
	}
	c, _, ok := b.OpenWith(key)
	h, err := bundle.DecodeHead(c.Body, b.ID.Day)
	if !ok || err != nil {
		return false
	}
	w := newWaiting(b, key, h)
	n.proofs.waiting[w.of.Stream] = append(n.proofs.waiting[w.of.Stream], w)
	n.proofs.count++
	return true
}

func newWaiting(b *bundle.Bundle, key seal.MessageKey, h *bundle.Head) *waitingHead {
	return &waitingHead{
		of:     streamOfGroup{routing.Stream{Origin: b.ID.Origin, Day: h.Day(b.ID.Day)}, b.To.Group},
		bundle: b, key: key, head: h,
	}
}

// loadDenied reads an entry under prefixDenied.
func (n *Node) loadDenied(k, v []byte) bool {
	if len(k) != 6 {
		return false
	}
	st, ok := streamOf(k[:5])
	set, sound := routing.DecodeSet(v)
	n.proofs.denied[streamOfGroup{st, ident.GroupID(k[5])}] = set
	return ok && sound
}

func (p *proofs) forget(st routing.Stream) {
	for of := range p.denied { // order: deletions, each for itself
		if of.Stream == st {
			delete(p.denied, of)
		}
	}
	p.count -= len(p.waiting[st])
	delete(p.waiting, st)
}

// onHead takes the head that a bundle brought. The bundle's signature is checked.
func (n *Node) onHead(b *bundle.Bundle, o bundle.Opened) {
	h, err := bundle.DecodeHead(o.Body, b.ID.Day)
	if err != nil || b.To.Group == 0 {
		n.count(countContent)
		return
	}
	n.count(countHeadTaken)
	w := newWaiting(b, o.Key, h)
	n.denyUnlisted(w)
	if len(h.Listed) > 0 && !n.resolve(w) {
		n.await(w)
	}
}

// full reports whether no further head of an origin may wait.
func (p *proofs) full(origin ident.Number) bool {
	perOrigin := 0
	for st, list := range p.waiting { // order: a sum
		if st.Origin == origin {
			perOrigin += len(list)
		}
	}
	return p.count >= maxWaitingHeads || perOrigin >= maxWaitingPer
}

// await keeps a head for later.
func (n *Node) await(w *waitingHead) {
	st := w.of.Stream
	if n.proofs.full(st.Origin) {
		n.count(countHeadFull)
		n.proofs.recall.note(st.Origin)
		return
	}
	n.batch.Put(w.storeKey(), appendMessageKey(nil, w.key, w.bundle.Encode()))
	n.proofs.waiting[st] = append(n.proofs.waiting[st], w)
	n.proofs.count++
}

// tryWaiting looks again at the heads that list a number, now that a bundle of it
// has come.
func (n *Node) tryWaiting(id bundle.ID, group ident.GroupID) {
	st := routing.Stream{Origin: id.Origin, Day: id.Day}
	for _, w := range slices.Clone(n.proofs.waiting[st]) {
		if w.of.group != group || !w.head.Lists(id.Seq) {
			continue
		}
		if w.missing.Remove(id.Seq); !w.missing.Empty() || !n.resolve(w) {
			continue
		}
		n.batch.Delete(w.storeKey())
		rest := slices.DeleteFunc(n.proofs.waiting[st], func(x *waitingHead) bool { return x == w })
		n.proofs.count--
		if n.proofs.waiting[st] = rest; len(rest) == 0 {
			delete(n.proofs.waiting, st)
		}
	}
}

// denyUnlisted takes note of the numbers that a head does not list.
func (n *Node) denyUnlisted(w *waitingHead) {
	set := n.proofs.denied[w.of]
	if set == nil {
		set = new(routing.Set)
	}
	grown := false
	for seq := int(w.head.First); seq <= int(w.head.Last()); seq++ {
		if w.head.Lists(uint16(seq)) || !set.Add(uint16(seq)) {
			continue
		}
		grown = true
		for _, c := range n.claims(w.of, uint16(seq)) {
			n.commitLarge() // what is contradicted already is so again
			n.contradict(c)
		}
	}
	if grown {
		n.proofs.denied[w.of] = set
		n.batch.Put(w.of.key(), set.Append(nil))
	}
}

// claim is a message, or a bundle that is not shown yet, which has no signature of
// its own and says that it is of an origin.
type claim struct {
	hash [32]byte
	m    Message       // with a number, if it is in the record
	it   *routing.Item // else
}

// claims returns what is here under a number of an origin, to a group and without
// a signature.
func (n *Node) claims(of streamOfGroup, seq uint16) (list []claim) {
	id := bundle.ID{Origin: of.Origin, Day: of.Day, Seq: seq}
	for _, number := range n.recordNumbers(id) {
		m, ok := n.message(number)
		if !ok || m.Outgoing || m.To.Group != of.group {
			continue
		}
		switch {
		case !m.Signed:
			list = append(list, claim{hash: m.Hash, m: m})
		case m.Twin != BundleHash{}:
			list = append(list, claim{hash: m.Twin, m: m})
		}
	}
	for _, it := range n.live.all(id) {
		if !it.Quarantined || it.To.Group != of.group {
			continue
		}
		if b, ok := n.bundleOf(it); ok {
			list = append(list, claim{hash: b.Hash(), it: it})
		}
	}
	return list
}

// resolve holds a head against what is here. false: it has to wait.
func (n *Node) resolve(w *waitingHead) bool {
	lists := make([][]claim, 0, len(w.head.Listed))
	w.missing = routing.Set{}
	for _, seq := range w.head.Listed {
		c := n.claims(w.of, seq)
		if len(c) == 0 {
			w.missing.Add(seq)
		}
		lists = append(lists, c)
	}
	if !w.missing.Empty() {
		return false
	}
	chosen, hashes, ok := n.fit(w, lists)
	if !ok {
		return false // what it means is still to come
	}
	n.keepHeadDoc(w.bundle, hashes)
	for i, list := range lists {
		for j, c := range list {
			n.commitLarge() // the head is kept, or waits, until all is done: twice is as once
			if j == chosen[i] {
				n.credit(c, w.bundle)
			} else {
				n.contradict(c)
			}
		}
	}
	return true
}

// fit finds the claims, one of each list, that a head's digest means.
func (n *Node) fit(w *waitingHead, lists [][]claim) (chosen []int, hashes [][32]byte, ok bool) {
	chosen, hashes = make([]int, len(lists)), make([][32]byte, len(lists))
	for left := maxHeadTrialBytes / (32 * (len(lists) + 1)); left > 0; left-- {
		for i, list := range lists {
			hashes[i] = list[chosen[i]].hash
		}
		if bundle.HeadDigest(hashes) == w.head.Digest {
			return chosen, hashes, true
		}
		if !nextChoice(chosen, func(i int) int { return len(lists[i]) }) {
			return nil, nil, false
		}
	}
	n.count(countHeadCrowded)
	return nil, nil, false
}

// nextChoice steps through all ways to take one of each list; false after the last.
func nextChoice(chosen []int, size func(i int) int) bool {
	for i := range chosen {
		if chosen[i]++; chosen[i] < size(i) {
			return true
		}
		chosen[i] = 0
	}
	return false
}

// credit notes that a head signs a message. What another head denied counts as
// proven all the same: its origin signed it.
func (n *Node) credit(c claim, head *bundle.Bundle) {
	if c.it != nil {
		n.unquarantine(c.it, Proven, head)
		return
	}
	if c.m.Proof == Proven {
		return
	}
	c.m.Proof, c.m.Head = Proven, head.ID
	n.putHeadOf(c.m.Number, head)
	n.putRecord(&c.m)
	n.after(Update{Message: c.m})
}

// contradict notes that a message is not what its origin signed. It stays, and
// says so.
func (n *Node) contradict(c claim) {
	if c.it != nil || c.m.Proof != ByMember {
		return // what is quarantined stays unseen
	}
	c.m.Proof = Contradicted
	n.count(countContradicted)
	n.audit(AuditEvent{Action: ActionContradicted, ID: c.m.ID.String(), Detail: "message " + strconv.FormatUint(c.m.Number, 10) + " was not written by node " + c.m.From.String()})
	n.putRecord(&c.m)
	n.after(Update{Message: c.m})
}

// judge says how sure the sender of a new message is.
func (n *Node) judge(b *bundle.Bundle) Proof {
	p := proofOf(b)
	if p != ByMember {
		return p
	}
	if set := n.proofs.denied[streamOfGroup{routing.Stream{Origin: b.ID.Origin, Day: b.ID.Day}, b.To.Group}]; set != nil && set.Has(b.ID.Seq) {
		return Contradicted
	}
	for _, number := range n.recordNumbers(b.ID) {
		// A head that proves one bundle of a number says that there is no other.
		if m, ok := n.message(number); ok && m.To == b.To && m.Head != (bundle.ID{}) {
			return Contradicted
		}
	}
	return ByMember
}

// sameMessage returns the message of the record that a bundle says once more: its
// origin signed what it had sent without a signature, since others crowd its
// number. They are one message.
func (n *Node) sameMessage(b *bundle.Bundle, text string) (Message, bool) {
	for _, number := range n.recordNumbers(b.ID) {
		m, ok := n.message(number)
		if ok && m.Signed != b.Signed && m.To == b.To && m.Precedence == b.Precedence && m.Created == b.Created && m.Expires == b.Expires() && m.Text == text {
			return m, true
		}
	}
	return Message{}, false
}

// joinTwin notes the other form of a message.
func (n *Node) joinTwin(m Message, b *bundle.Bundle) {
	m.Twin = BundleHash(b.Hash())
	m.Proof = Proven
	n.putRecord(&m)
	n.after(Update{Message: m})
}

// showable turns a body into text: a seal vouches for the sender, not for sense.
func showable(body []byte) string { return strings.ToValidUTF8(string(body), "\uFFFD") }
