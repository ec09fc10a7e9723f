package mesh

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
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
