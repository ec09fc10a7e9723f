package mesh

import (
	"fmt"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

// TestAHeadThatCouldNotWaitIsReadAgain: a neighbour brings the heads of a day and
// none of the bundles. What comes later is proven all the same, whether or not there
// is a restart in between, and at no time are more heads kept than may be.
func TestAHeadThatCouldNotWaitIsReadAgain(t *testing.T) {
	for _, c := range []struct {
		name        string
		heads, late int // how many come before their bundles, and which one's bundle comes at last
		restart     bool
	}{{"the next", maxWaitingPer + 1, maxWaitingPer, false}, {"after a restart", maxWaitingPer + 1, maxWaitingPer, true}, {"of many", maxHeadsRecalled + 30, maxHeadsRecalled + 20, false}} {
		w := newWorld(t, 3)
		w.channel(radio1200, 0, 1, 2)
		w.nodes[1].deaf = true // and brings nothing by itself
		var late *bundle.Bundle
		for i := range c.heads {
			seq := uint16(i)
			b := w.pose(1, 1, seq, fmt.Sprint("message ", i))
			if i == c.late {
				late = b
			}
			w.speakOn(0, 1, 2, uint32(9000+i), bundleItem(w.headOver(1, 2000+seq, seq, seq, map[uint16]*bundle.Bundle{seq: b})))
		}
		if got := w.counter(2, countHeadFull); got != uint64(c.heads-maxWaitingPer) {
			t.Fatalf("%s: %d heads put off", c.name, got)
		}
		if c.restart {
			w.start(2)
		}
		w.speakOn(0, 1, 2, 20000, bundleItem(late))
		text := fmt.Sprint("message ", c.late)
		if p, ok := w.proofsOf(2)[text]; !ok || p != ByMember {
			t.Fatalf("%s: %v, shown %v", c.name, p, ok)
		}
		w.run(3 * housekeeping)
		if p := w.proofsOf(2)[text]; p != Proven {
			t.Errorf("%s: the message is %v", c.name, p)
		}
		if got := w.nodes[2].node.proofs.count; got != maxWaitingPer {
			t.Errorf("%s: %d heads wait", c.name, got)
		}
		w.sound()
	}
}

// TestHeadsArePutOffAcrossARestart: when a node starts, no more heads wait than may,
// and one could not wait before.
func TestHeadsArePutOffAcrossARestart(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.nodes[1].deaf = true
	var list []*bundle.Bundle
	for i := range maxWaitingPer + 1 {
		seq := uint16(i)
		list = append(list, w.pose(1, 1, seq, fmt.Sprint("message ", i)))
		w.speakOn(0, 1, 2, uint32(9000+i), bundleItem(w.headOver(1, 2000+seq, seq, seq, map[uint16]*bundle.Bundle{seq: list[i]})))
	}
	w.speakOn(0, 1, 2, 20000, bundleItem(list[0])) // there is room again
	w.start(2)
	w.speakOn(0, 1, 2, 20001, bundleItem(list[maxWaitingPer]))
	w.run(2 * housekeeping)
	for _, i := range []int{0, maxWaitingPer} {
		if p := w.proofsOf(2)[fmt.Sprint("message ", i)]; p != Proven {
			t.Errorf("message %d is %v", i, p)
		}
	}
	w.sound()
}

// TestHeadsAreReadAgainOnlyWhileSomeAreLeft: once all that could not wait is said,
// nothing is opened any more.
func TestHeadsAreReadAgainOnlyWhileSomeAreLeft(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	n := w.nodes[2].node
	n.proofs.recall.note(1)
	w.run(3 * time.Hour)
	if r := n.proofs.recall; len(r.of)+len(r.again) != 0 || r.from != (bundle.ID{}) {
		t.Errorf("left: %+v", r)
	}
}
