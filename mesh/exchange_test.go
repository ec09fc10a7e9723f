package mesh

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// TestWhatIsRefusedForGoodIsNotWishedFor: a relay outside the group carries what
// this node knows to be forged, and tells of it again and again. What new keys may
// open is wished for.
func TestWhatIsRefusedForGoodIsNotWishedFor(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	n := w.nodes[2].node
	forged, signed, early := w.pose(3, 1, 5, "forged"), w.forge(3, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 5}, To: toAll, Precedence: bundle.Routine, Signed: true}, "signed"), w.pose(3, 1, 5, "early")
	forged.Tag[0] ^= 1
	early.Epoch++
	name := func(b *bundle.Bundle) routing.Name {
		hash := b.Hash()
		return routing.Name{ID: b.ID, Prefix: [3]byte(hash[:])}
	}
	w.speakOn(0, 1, 2, 9000, bundleItem(w.pose(3, 1, 5, "another of the number")))
	for i, c := range []struct {
		what string
		b    *bundle.Bundle
		want string // how it is counted
		wish bool
	}{{"forged", forged, countBundleSeal, false}, {"badly signed", signed, countBundleSign, false}, {"without a key", early, countBundleNoKey, true}} {
		if !n.wishes(name(c.b)) {
			t.Fatalf("%s: not wished for before it came", c.what)
		}
		w.speakOn(0, 1, 2, uint32(9001+i), bundleItem(c.b))
		if got := n.wishes(name(c.b)); got != c.wish || w.counter(2, c.want) != 1 {
			t.Errorf("%s: wished for %v, counted as %q %d times", c.what, got, c.want, w.counter(2, c.want))
		}
	}
	n.rekey()
	if !n.wishes(name(forged)) {
		t.Error("it is not wished for although the keys are others")
	}
	if got := len(n.live.order); got != 1 {
		t.Errorf("%d bundles live", got)
	}
}

// TestOneFrameIsLookedAtForSoLong: each of thousands of items in a frame of a LAN asks
// for a comparison of all that is here. The next frame is read as ever.
func TestOneFrameIsLookedAtForSoLong(t *testing.T) {
	day := newWorld(t, 1).today()
	all := routing.Range{First: bundle.ID{Origin: 1, Day: day}, Last: bundle.ID{Origin: ident.MaxNumber, Day: day}}
	sums := routing.Variants{Type: routing.VariantSums, Sums: []routing.RangeSum{{Range: all}}}
	for kind, body := range map[frame.Kind][]byte{frame.KindVariants: sums.Append(nil), frame.KindVector: emptyVector().Body} {
		w := newWorld(t, 2)
		w.channel(radio.Profile{Name: "lan", MTU: 32 << 10, BitsPerSecond: 1e8, Secure: true, Contacts: true}, 0, 1)
		n := w.nodes[1].node
		const held = 2000
		for seq := range uint16(held) {
			n.live.add(&routing.Item{ID: bundle.ID{Origin: 1, Day: day, Seq: seq}, To: toNode(2), Expires: w.reading().Wall.Add(time.Hour)})
		}
		flood := make([]frame.Item, 1500)
		for i := range flood {
			flood[i] = frame.Item{Kind: kind, Body: body}
		}
		w.speak(2, 1, 9000, flood...)
		if got := w.counter(1, countLooked); n.looked > maxLooked || got < uint64(len(flood)-maxLooked/held) {
			t.Errorf("kind %d: %d of %d items were not looked at, %d bundles were", kind, got, len(flood), n.looked)
		}
		before := w.counter(1, countLooked)
		w.speak(2, 1, 9001, flood[:2]...)
		if n.looked < 2*held || w.counter(1, countLooked) != before {
			t.Errorf("kind %d: of the next frame, %d bundles were looked at", kind, n.looked)
		}
	}
}

// TestOneFrameGoesThroughReceiptsForSoLong: a vector of a few bytes lists them all.
func TestOneFrameGoesThroughReceiptsForSoLong(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio.Profile{Name: "lan", MTU: 32 << 10, BitsPerSecond: 1e8, Secure: true, Contacts: true}, 0, 1)
	n := w.nodes[1].node
	const held = 3000
	for seq := range uint16(held) {
		n.vectors.AddReceipt(bundle.ID{Origin: 1, Day: w.today(), Seq: seq})
	}
	flood := make([]frame.Item, 1000)
	for i := range flood {
		flood[i] = frame.Item{Kind: frame.KindVector, Body: n.vectors.Segments(200)[0]}
	}
	w.speak(2, 1, 9000, flood...)
	if got := w.counter(1, countLooked); n.looked > maxLooked+2*held || got < uint64(len(flood)-maxLooked/held-2) {
		t.Errorf("%d of %d items were not looked at, %d receipts were", got, len(flood), n.looked)
	}
	before := w.counter(1, countLooked)
	w.speak(2, 1, 9001, flood[:2]...)
	if n.looked < 2*held || w.counter(1, countLooked) != before {
		t.Errorf("of the next frame, %d receipts were looked at", n.looked)
	}
}
