package mesh

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/routing"
)

// A number is used once. What this node used is in its store, in the commit of
// the bundle itself. A store that is an old copy does not know all that was used:
// then neighbours know better, by their vectors and by the bundles they hold. They
// may also lie. So their word steers and does not bind: a number that they name
// is passed over as long as there are others, and no number is lost by it. Should
// one be used twice all the same, both bundles are kept (see variants.go).

// nextNumber returns the number for the next bundle of a day: one that no other
// bundle is known to have; else one that neighbours only claim to know; else one
// under which others may have posed as this node. It is never one of this node's
// own. ok is false when they are used up.
func (n *Node) nextNumber(day clock.Day) (seq uint16, ok bool) {
	first := n.nextSequence(day)
	own, seen := n.used[day], n.vectors.Get(routing.Stream{Origin: n.self, Day: day})
	free := func(seq uint16, strict int) bool {
		if own != nil && own.Has(seq) {
			return false
		}
		return (strict < 1 || seen == nil || !seen.Have.Has(seq)) && (strict < 2 || day != n.claimedDay || !n.claimed.Has(seq))
	}
	low := n.floor.least(day)
	if day < n.day && own == nil {
		low = first // what was used below is forgotten
	}
	for strict := 2; strict >= 0; strict-- {
		for s := first; s <= lastNumber; s++ {
			if free(uint16(s), strict) {
				return uint16(s), true
			}
		}
		for s := low; s < min(first, lastNumber); s++ {
			if free(uint16(s), strict) {
				return uint16(s), true
			}
		}
	}
	return 0, false
}

// useNumber notes a number as used, in the batch in progress: it is durable
// before the bundle leaves.
func (n *Node) useNumber(id bundle.ID) {
	own := n.used[id.Day]
	if own == nil {
		own = new(routing.Set)
		n.used[id.Day] = own
	}
	own.Add(id.Seq)
	n.batch.Put(usedKey(id.Day), own.Append(nil))
	if id.Day >= n.day {
		n.day, n.sequence = id.Day, uint32(id.Seq)+1
		n.putSequence()
	}
}

// loadUsed reads an entry under prefixUsed.
func (n *Node) loadUsed(k, v []byte) bool {
	set, ok := routing.DecodeSet(v)
	if !ok || len(k) != 3 {
		return false
	}
	n.used[clock.Day(binary.BigEndian.Uint16(k[1:]))] = set
	return true
}

func usedKey(day clock.Day) []byte {
	return binary.BigEndian.AppendUint16([]byte{prefixUsed}, uint16(day))
}

// learnClaims takes from a neighbour's vector which numbers of today it claims to
// have seen of this node.
func (n *Node) learnClaims(s *routing.Segment) {
	today := n.today()
	seen := s.Find(routing.Stream{Origin: n.self, Day: today})
	if seen == nil {
		return
	}
	if today != n.claimedDay {
		n.claimedDay, n.claimed = today, routing.Set{}
	}
	mine := n.vectors.Get(routing.Stream{Origin: n.self, Day: today})
	if mine != nil && mine.Have.Covers(&seen.Have) || n.claimed.Covers(&seen.Have) {
		return
	}
	n.count(countClaimed)
	seen.Have.Each(func(seq uint16) { n.claimed.Add(seq) })
}

// forgetOwn drops what is kept of a day of this node on which nothing can be
// alive any more.
func (n *Node) forgetOwn(day clock.Day) {
	if n.used[day] != nil && day != n.day {
		delete(n.used, day)
		n.batch.Delete(usedKey(day))
	}
	for k, o := range n.heads { // order: deletions, each for itself
		if k.day != day {
			continue
		}
		for _, d := range o.debts {
			n.batch.Delete(headKey(k, d.seq))
		}
		delete(n.heads, k)
	}
}
