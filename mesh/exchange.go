package mesh

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// Two neighbours whose vectors are equal and whose summaries are not have different
// bundles of one number, or one of them has what has ended at the other. They find
// out by sums over ever shorter ranges, then by hashes, and each then wishes for
// what it never had. What ended here is not wished for. As with vectors, no answer
// is owed, and what is lost is made good the next time.

// variantParts is into how many ranges a sum is cut.
const variantParts = 8

// compareVariants begins it, if a neighbour's segment shows nothing lacking on
// either side and its last beacon said that something differs. What has been on its way
// since then is the usual reason for that: so it is put off while vectors move or
// receipts are lacking, but not for ever.
func (n *Node) compareVariants(l *link, from ident.Number, s *routing.Segment) {
	nb := l.neighbours[from]
	if nb == nil || nb.sum == n.vectors.Summary() || nb.said == 0 || n.now.Mono < l.variantNext {
		return
	}
	moves := nb.moved || nb.said < n.changedAt
	for i, st := range s.Streams {
		mine := n.vectors.Get(st)
		if mine == nil || !mine.Have.Covers(&s.Seen[i].Have) {
			return // the vectors come first
		}
		moves = moves || !s.Seen[i].Receipts.Covers(&mine.Receipts)
	}
	var items []*routing.Item
	for _, it := range n.live.within(routing.Range{First: s.First, Last: s.Last}) {
		have, receipted, _ := s.Has(it.ID)
		if !have {
			return
		}
		if !receipted || it.Disputed || n.vectors.Receipted(it.ID) { // else it has ended there, and its receipt will come
			items = append(items, it)
		}
	}
	if len(items) == 0 || moves && !l.profile.Secure && n.putsOff(l) {
		return
	}
	l.variantNext, l.variantWaits = n.now.Mono.Add(l.vectorGap), 0
	r := routing.Range{First: items[0].ID, Last: items[len(items)-1].ID}
	n.say(l, from, routing.Variants{Type: routing.VariantSums, Sums: routing.SplitSums(r, items, min(variantParts, routing.FitSums(l.room())))})
}

// putsOff reports whether a comparison that should wait still may.
func (n *Node) putsOff(l *link) bool {
	if l.variantWaits == 0 {
		l.variantWaits = n.now.Mono
	}
	return n.now.Mono.Sub(l.variantWaits) < l.timing.HelloMax
}

// say queues a variants item, in answer to a neighbour.
func (n *Node) say(l *link, to ident.Number, v routing.Variants) {
	body := v.Append(nil)
	if len(l.variants) >= maxVariantItems || !l.spend(to, len(body)) {
		return
	}
	if len(l.variants) == 0 {
		l.variantDue = n.now.Mono.Add(n.offerDelay(l))
	}
	l.variants = append(l.variants, body)
}

// packVariants adds variants items to a frame.
func (n *Node) packVariants(l *link, p *packer) {
	if n.now.Mono < l.variantDue {
		return
	}
	for len(l.variants) > 0 && p.fits(len(l.variants[0])) {
		p.add(frame.Item{Kind: frame.KindVariants, Body: l.variants[0]})
		l.variants = l.variants[1:]
	}
	if len(l.variants) == 0 {
		l.variantDue = clock.Never
	}
}

// onVariants takes a variants item.
func (n *Node) onVariants(l *link, from ident.Number, body []byte) {
	v, err := routing.DecodeVariants(body, n.today())
	if err != nil {
		n.count(countMalformed)
		return
	}
	switch v.Type {
	case routing.VariantSums:
		n.onSums(l, from, v)
	case routing.VariantWishes:
		n.onWishes(from, v)
	default:
		n.onHashes(l, from, v)
	}
}

// onSums answers the ranges whose sum is another here.
func (n *Node) onSums(l *link, from ident.Number, v *routing.Variants) {
	for _, s := range v.Sums[:min(len(v.Sums), maxVariantRanges)] {
		items := n.live.within(s.Range)
		if !n.mayLook(len(items)) {
			return
		}
		switch {
		case routing.Sum(items) == s.Sum:
		case len(items) <= routing.FitNames(l.room()):
			n.say(l, from, hashes(routing.VariantHashes, s.Range, items))
		default:
			n.say(l, from, routing.Variants{Type: routing.VariantSums, Sums: routing.SplitSums(s.Range, items, min(variantParts, routing.FitSums(l.room())))})
		}
	}
}

// mayLook counts what is gone through on account of one frame: a few bytes may name
// all that is here, and a frame of a LAN holds thousands of such items. Only time
// bounds receipts, and a whole vector goes through each: they raise the bound.
func (n *Node) mayLook(count int) bool {
	if n.looked+count > maxLooked+2*n.vectors.Receipts() {
		n.count(countLooked)
		return false
	}
	n.looked += count
	return true
}

func hashes(t routing.VariantsType, r routing.Range, items []*routing.Item) routing.Variants {
	v := routing.Variants{Type: t, Range: r}
	for _, it := range items {
		v.Names = append(v.Names, routing.NameOf(it))
	}
	return v
}

// onHashes wishes for what never was here, and tells what is here if that was
// asked for and the other does not know all of it.
func (n *Node) onHashes(l *link, from ident.Number, v *routing.Variants) {
	wish := routing.Variants{Type: routing.VariantWishes}
	for _, name := range v.Names {
		if len(wish.Names) < min(maxVariantWishes, routing.FitNames(l.room())) && n.wishes(name) {
			wish.Names = append(wish.Names, name)
		}
	}
	if len(wish.Names) > 0 {
		n.say(l, from, wish)
	}
	if v.Type != routing.VariantHashes {
		return
	}
	items := n.live.within(v.Range)
	news := slices.ContainsFunc(items, func(it *routing.Item) bool { return !slices.Contains(v.Names, routing.NameOf(it)) })
	if news && len(items) <= routing.FitNames(l.room()) {
		n.say(l, from, hashes(routing.VariantAnswer, v.Range, items))
	}
}

// wishes reports whether a bundle never was here although another of its id was.
func (n *Node) wishes(name routing.Name) bool {
	if !n.vectors.Have(name.ID) || n.refused[name] {
		return false
	}
	for _, it := range n.live.all(name.ID) {
		if routing.NameOf(it) == name {
			return false
		}
	}
	if t, ok := n.tombstone(name.ID); ok && [3]byte(t.hash[:]) == name.Prefix {
		return false
	}
	ended := false
	n.view.Scan(append(idKey(prefixEnded, name.ID), name.Prefix[:]...), nil, func(_, _ []byte) bool {
		ended = true
		return false
	})
	return !ended
}

// refuseForGood remembers a variant that was refused for a reason that stays until
// the keys are others, so that it is not wished for again and again: who cannot tell
// goes on carrying it. A right may come with a shift, and a key with a block.
func (n *Node) refuseForGood(id bundle.ID, hash [32]byte, reason string) {
	if !n.vectors.Have(id) || reason != countVariantFull && reason != countBundleSign && reason != countBundleSeal {
		return
	}
	if len(n.refused) >= maxVariantsHeld {
		clear(n.refused)
	}
	n.refused[routing.Name{ID: id, Prefix: [3]byte(hash[:])}] = true
}

// onWishes sends a neighbour what it never had.
func (n *Node) onWishes(from ident.Number, v *routing.Variants) {
	best := n.best(from)
	if best == nil {
		return
	}
	for _, name := range v.Names[:min(len(v.Names), maxVariantWishes)] {
		for _, it := range n.live.all(name.ID) {
			if routing.NameOf(it) == name {
				n.count(countWished)
				n.offer(best, from, it)
			}
		}
	}
}

// within returns the live bundles in a range, ascending. The slice is the set's
// own.
func (s *liveSet) within(r routing.Range) []*routing.Item {
	begin, _ := slices.BinarySearchFunc(s.order, r.First, compareItem)
	end := begin
	if r.First.Compare(r.Last) <= 0 {
		end, _ = slices.BinarySearchFunc(s.order, r.Last, func(it *routing.Item, last bundle.ID) int {
			if it.ID.Compare(last) <= 0 {
				return -1
			}
			return 1
		})
	}
	return s.order[begin:max(begin, end)]
}
