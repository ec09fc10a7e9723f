package mesh

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/routing"
)

// liveSet is every bundle that this node holds and that is neither expired nor
// purged: by id, in order of ids, and in order of expiry.
type liveSet struct {
	byID     map[bundle.ID]*routing.Item   // the first of its id that came here
	variants map[bundle.ID][]*routing.Item // those that came behind it, see variants.go
	unsigned int                           // variants without a signature
	signed   int                           // and with one
	order    []*routing.Item               // ascending by id, then hash
	expiry   expiryHeap
	bytes    int
	counts   [bundle.Precedences]int
}

func newLiveSet() *liveSet {
	return &liveSet{byID: make(map[bundle.ID]*routing.Item), variants: make(map[bundle.ID][]*routing.Item)}
}

func (s *liveSet) get(id bundle.ID) *routing.Item { return s.byID[id] }

// add puts an item whose id, or for a variant id and hash, is not in the set.
func (s *liveSet) add(it *routing.Item) {
	if it.Variant {
		s.variants[it.ID] = append(s.variants[it.ID], it)
		s.countVariant(it, 1)
	} else {
		s.byID[it.ID] = it
	}
	i, _ := slices.BinarySearchFunc(s.order, it, routing.CompareItems)
	s.order = slices.Insert(s.order, i, it)
	heap.Push(&s.expiry, it)
	s.bytes += it.Size
	s.counts[it.Precedence]++
}

// holds reports whether an item is in the set.
func (s *liveSet) holds(it *routing.Item) bool {
	return s.byID[it.ID] == it || it.Variant && slices.Contains(s.variants[it.ID], it)
}

// remove takes an item out. Its place in the expiry heap is given up when it
// is met there.
func (s *liveSet) remove(it *routing.Item) {
	switch {
	case !s.holds(it):
		return
	case !it.Variant:
		delete(s.byID, it.ID)
	default:
		s.countVariant(it, -1)
		rest := slices.DeleteFunc(s.variants[it.ID], func(x *routing.Item) bool { return x == it })
		if s.variants[it.ID] = rest; len(rest) == 0 {
			delete(s.variants, it.ID)
		}
	}
	i, _ := slices.BinarySearchFunc(s.order, it, routing.CompareItems)
	s.order = slices.Delete(s.order, i, i+1)
	s.bytes -= it.Size
	s.counts[it.Precedence]--
	if len(s.expiry) > 64 && len(s.expiry) > 2*len(s.order) {
		s.rebuildExpiry()
	}
}

// rebuildExpiry drops what was removed, so that the heap stays within twice
// the set.
func (s *liveSet) rebuildExpiry() {
	s.expiry = append(expiryHeap(nil), s.order...)
	heap.Init(&s.expiry)
}

// next returns the item that expires first.
func (s *liveSet) next() *routing.Item {
	for len(s.expiry) > 0 {
		it := s.expiry[0]
		if s.holds(it) {
			return it
		}
		heap.Pop(&s.expiry)
	}
	return nil
}

// room reports whether a bundle of the precedence and size may be taken.
func (s *liveSet) room(p bundle.Precedence, size int) bool {
	share := fillLimit[p]
	return len(s.order) < MaxLive/100*share && s.bytes+size <= MaxLiveBytes/100*share
}

// between calls visit for the items whose origin lies in first..last, in order
// of their ids. Visit must not change the set.
func (s *liveSet) between(first, last bundle.ID, visit func(*routing.Item)) {
	i, _ := slices.BinarySearchFunc(s.order, first, compareItem)
	for ; i < len(s.order) && s.order[i].ID.Compare(last) <= 0; i++ {
		visit(s.order[i])
	}
}

func compareItem(it *routing.Item, id bundle.ID) int { return it.ID.Compare(id) }

// expiryHeap orders items by expiry, then id, so that ties are broken alike
// everywhere.
type expiryHeap []*routing.Item

func (h expiryHeap) Len() int { return len(h) }
func (h expiryHeap) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].Expires, h[j].Expires), routing.CompareItems(h[i], h[j])) < 0
}
func (h expiryHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *expiryHeap) Push(x any)   { *h = append(*h, x.(*routing.Item)) }
func (h *expiryHeap) Pop() any {
	old := *h
	it := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return it
}

// expire ends every bundle whose lifetime is over beyond doubt.
func (n *Node) expire() {
	for {
		it := n.live.next()
		if it == nil || !n.now.Surely(it.Expires) {
			return
		}
		n.count(countExpired)
		n.endUnproven(it)
		if it.Own && it.Record != 0 {
			n.updateRecord(it.Record, func(m *Message) bool {
				if m.State == Delivered {
					return false
				}
				m.State = Expired
				n.audit(AuditEvent{Action: ActionExpire, ID: it.ID.String()})
				return true
			})
		}
		n.commit()
	}
}

// nextExpiry returns when the next bundle will be dead beyond doubt.
func (n *Node) nextExpiry() (clock.Instant, bool) {
	it := n.live.next()
	if it == nil {
		return 0, false
	}
	left := it.Expires.Add(n.now.Bound) - n.now.Wall + 1
	if left < 0 {
		left = 0
	}
	return addMillis(n.now.Mono, int64(left)), true
}

// addMillis adds without overflow: a far expiry is never.
func addMillis(t clock.Instant, ms int64) clock.Instant {
	const nano = 1_000_000
	if ms > (int64(clock.Never)-int64(t))/nano {
		return clock.Never
	}
	return t + clock.Instant(ms*nano)
}

// dropLive ends the life of a bundle here. What was seen of it stays seen.
func (n *Node) dropLive(it *routing.Item) {
	if it.Variant {
		n.batch.Delete(hashKey(prefixVariant, it.ID, it.Hash))
	} else {
		n.batch.Delete(idKey(prefixLive, it.ID))
		n.batch.Delete(idKey(prefixBundle, it.ID))
	}
	n.live.remove(it)
	n.vectors.Release(it)
	n.cancel(it.Task())
}

// cancel takes a task off every link.
func (n *Node) cancel(k routing.Key) {
	for _, l := range n.links {
		if l == nil {
			continue
		}
		if t := l.queue.Get(k); t != nil {
			l.drop(t)
		}
	}
}

// forgetDays drops what was seen on days of which nothing can be alive, or whose
// keys are erased: nothing of them opens any more.
func (n *Node) forgetDays() {
	var old []routing.Stream
	for _, st := range n.vectors.Streams() {
		if st.Day < n.ring.Window || n.now.Surely((st.Day + 1).Start().Add(bundle.MaxLifetime)) {
			old = append(old, st)
		}
	}
	for _, st := range old {
		seen := n.vectors.Get(st)
		seen.Receipts.Each(func(seq uint16) {
			id := bundle.ID{Origin: st.Origin, Day: st.Day, Seq: seq}
			n.commitLarge()
			n.batch.Delete(idKey(prefixReceipt, id))
			n.cancel(routing.Key{ID: id, Kind: routing.SendReceipt})
		})
		n.forgetStream(st)
		n.batch.Delete(streamKey(st))
		n.vectors.Drop(st)
		n.commit()
	}
}
