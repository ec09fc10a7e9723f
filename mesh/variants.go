package mesh

import (
	"crypto/sha256"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/routing"
)

// Two bundles of one number. A member of a group can write in another's name
// under a number that the other has not used yet; a store restored from a backup
// uses its numbers twice. Nobody on the way can tell who is right, so nobody
// decides: bundles are told apart by (id, hash), each is kept, accepted and passed
// on for itself, and the readers see both until a head says which is the origin's.
//
// The first one here is kept under its id as ever. Others are its variants. What
// ended is remembered by its hash until its day is forgotten, so that its return
// is not taken for another bundle.

// find returns the live bundle of an id and a hash, or nil.
func (s *liveSet) find(id bundle.ID, hash routing.Prefix) *routing.Item {
	if it := s.byID[id]; it != nil && it.Hash == hash {
		return it
	}
	for _, it := range s.variants[id] {
		if it.Hash == hash {
			return it
		}
	}
	return nil
}

// all returns the live bundles of an id, the first one first.
func (s *liveSet) all(id bundle.ID) []*routing.Item {
	first, others := s.byID[id], s.variants[id]
	if first == nil {
		return others
	}
	if len(others) == 0 {
		return []*routing.Item{first}
	}
	return append([]*routing.Item{first}, others...)
}

// contested reports whether several live bundles have an id.
func (s *liveSet) contested(id bundle.ID) bool {
	others := len(s.variants[id])
	return others > 1 || others == 1 && s.byID[id] != nil
}

func (s *liveSet) countVariant(it *routing.Item, by int) {
	if it.Signed {
		s.signed += by
	} else {
		s.unsigned += by
	}
}

// known looks for a bundle: it is alive here, or was.
func (n *Node) known(id bundle.ID, hash [32]byte) (it *routing.Item, ended bool) {
	if !n.vectors.Have(id) {
		return nil, false
	}
	prefix := routing.Prefix(hash[:8])
	if it = n.live.find(id, prefix); it != nil {
		return it, false
	}
	if t, ok := n.tombstone(id); ok && t.hash == hash {
		return nil, true
	}
	_, ended = n.read(hashKey(prefixEnded, id, prefix))
	return nil, ended
}

// refuseVariant says why a further bundle of a number is not taken, or nothing.
// A signed one is its origin's own, and is not kept out by those who pose as it.
func (n *Node) refuseVariant(b *bundle.Bundle) string {
	if !n.vectors.Have(b.ID) {
		return ""
	}
	same := 0
	for _, it := range n.live.all(b.ID) {
		if it.Signed == b.Signed {
			same++
		}
	}
	held := n.live.unsigned
	if b.Signed {
		held = n.live.signed
	}
	if same >= MaxVariants || held >= maxVariantsHeld {
		return countVariantFull
	}
	return ""
}

// bytesOf returns the bytes of a live bundle.
func (n *Node) bytesOf(it *routing.Item) ([]byte, bool) {
	if !it.Variant {
		return n.read(idKey(prefixBundle, it.ID))
	}
	v, ok := n.read(hashKey(prefixVariant, it.ID, it.Hash))
	if !ok || len(v) < liveBytes {
		return nil, false
	}
	return v[liveBytes:], true
}

// bundleOf returns a live bundle.
func (n *Node) bundleOf(it *routing.Item) (*bundle.Bundle, bool) {
	data, ok := n.bytesOf(it)
	if !ok {
		return nil, false
	}
	b, err := bundle.Decode(data, it.ID.Day)
	return b, err == nil
}

// putLive writes a live bundle into the batch in progress.
func (n *Node) putLive(it *routing.Item, data []byte) {
	if it.Variant {
		n.batch.Put(hashKey(prefixVariant, it.ID, it.Hash), append(liveValue(it), data...))
		return
	}
	n.batch.Put(idKey(prefixBundle, it.ID), data)
	n.batch.Put(idKey(prefixLive, it.ID), liveValue(it))
}

// loadVariant reads an entry under prefixVariant.
func loadVariant(k, v []byte) (*routing.Item, bool) {
	id, hash, ok := hashOfKey(k)
	if !ok || len(v) <= liveBytes {
		return nil, false
	}
	it, ok := liveItem(id, v[:liveBytes])
	if !ok || it.Hash != hash {
		return nil, false
	}
	it.Variant = true
	return it, true
}

// ending is what is kept under prefixEnded of a bundle whose life is over.
type ending struct {
	proof *[8]byte // the receipt of a variant: T
	tag   *ownTag  // of a direct bundle of this node that expired: what a late receipt is checked against
}

// ownTag is what a receipt is checked against.
type ownTag struct {
	epoch uint8
	tag   [8]byte
}

func (e ending) value() []byte {
	switch {
	case e.proof != nil:
		return e.proof[:]
	case e.tag != nil:
		return append([]byte{e.tag.epoch}, e.tag.tag[:]...)
	}
	return nil
}

func endingOf(v []byte) (e ending, ok bool) {
	switch len(v) {
	case 0:
	case 8:
		e.proof = (*[8]byte)(v)
	case 9:
		e.tag = &ownTag{v[0], [8]byte(v[1:])}
	default:
		return e, false
	}
	return e, true
}

// endUnproven ends the life of a bundle here without a receipt.
func (n *Node) endUnproven(it *routing.Item) {
	var e ending
	if it.Own && it.To.Direct() {
		if b, ok := n.bundleOf(it); ok {
			e.tag = &ownTag{b.Epoch, b.Tag}
		}
	}
	n.dropLive(it)
	n.batch.Put(hashKey(prefixEnded, it.ID, it.Hash), e.value())
}

// forgetStream drops what is kept of a stream beside its vector.
func (n *Node) forgetStream(st routing.Stream) {
	var keys [][]byte
	for _, prefix := range []byte{prefixEnded, prefixDenied, prefixWaiting} {
		k := streamKey(st)
		k[0] = prefix
		n.view.Scan(k, nil, func(k, _ []byte) bool {
			keys = append(keys, append([]byte(nil), k...))
			return true
		})
	}
	for _, k := range keys {
		n.commitLarge()
		n.batch.Delete(k)
	}
	n.proofs.forget(st)
	if st.Origin == n.self {
		n.forgetOwn(st.Day)
	}
}

// candidate is a bundle that an id may mean.
type candidate struct {
	hash [32]byte
	it   *routing.Item // nil if it lives no more
}

// candidates returns the bundles of an id whose hashes this node knows in full.
func (n *Node) candidates(id bundle.ID) (list []candidate) {
	for _, it := range n.live.all(id) {
		if data, ok := n.bytesOf(it); ok {
			list = append(list, candidate{sha256.Sum256(data), it})
		}
	}
	if !n.vectors.Receipted(id) {
		return list
	}
	if t, ok := n.tombstone(id); ok && t.hash != [32]byte{} {
		list = append(list, candidate{t.hash, nil})
	}
	return list
}

// onPretender takes note of a bundle under a number of this node that this node
// does not know. Either somebody poses as it, or its store is an old copy, or its
// disk runs twice; a signature rules out the first.
func (n *Node) onPretender(b *bundle.Bundle) {
	if b.Signed {
		n.count(countCloned)
		n.restored = true
		n.suspectBundle(b)
		n.alarm(b.ID, "this node's key signed a message that its store does not know: it was restored from a backup, or its disk runs twice")
		return
	}
	n.count(countPretender)
	n.alarm(b.ID, "another message under a number of this node: a member poses as it, or its store was restored from a backup")
	if b.To.Group != 0 {
		n.deny(b)
	}
}

// conflict takes note of a second bundle under a number of another node.
func (n *Node) conflict(b *bundle.Bundle) {
	n.count(countBundleConflict)
	if !b.Signed {
		return
	}
	for _, it := range n.live.all(b.ID) {
		if it.Signed {
			n.count(countCloned)
			n.alarm(b.ID, "node "+b.ID.Origin.String()+" signed two different messages with one number: it was restored from a backup, or its disk runs twice")
			return
		}
	}
}

// alarm tells the auditor of something that somebody has to look into, though
// not more often than he can read: whoever poses as others can do so all day.
func (n *Node) alarm(id bundle.ID, what string) {
	if n.now.Mono < n.alarmNext {
		n.count(countAlarmLeftOut)
		return
	}
	n.alarmNext = n.now.Mono.Add(alarmPause)
	n.audit(AuditEvent{Action: ActionAlarm, ID: id.String(), Detail: what})
	n.after(Trace{What: "alarm", Args: []any{"bundle", id.String(), "why", what}})
}
