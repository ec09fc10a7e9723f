package mesh

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// items counts the items of a kind in all frames sent so far.
func (w *world) items(kind frame.Kind) (count int) {
	for _, num := range w.order {
		for _, sent := range w.nodes[num].frames {
			f, err := openSent(w.nodes[num].node, sent.Data)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, item := range f.Items {
				if item.Kind == kind {
					count++
				}
			}
		}
	}
	return count
}

// TestAReceiptIsNotRepeatedByEverybody: on one channel, where all hear it.
func TestAReceiptIsNotRepeatedByEverybody(t *testing.T) {
	w := newWorld(t, 8)
	w.channel(radio1200, 0, w.order...)
	w.run(time.Minute)
	w.submit(1, toNode(2), bundle.Routine, "one receipt is enough")
	w.run(10 * time.Minute)
	if count := w.items(frame.KindReceipt); count > 4 {
		t.Errorf("%d receipts for one message", count)
	}
	w.sound()
}

// TestALineComesToRest: once a group's message and its receipts went over
// several hops, nobody has anything left to tell.
func TestALineComesToRest(t *testing.T) {
	w := newWorld(t, 4)
	for i := range 3 {
		w.channel(radio1200, i, w.order[i], w.order[i+1])
	}
	w.run(time.Minute)
	w.submit(2, toAll, bundle.Routine, "all stations")
	w.run(10 * time.Minute)
	before := w.items(frame.KindVector)
	w.run(10 * time.Hour)
	if after := w.items(frame.KindVector); after != before {
		t.Errorf("%d vectors after all was told", after-before)
	}
	if m, _ := Find(w.nodes[2].store, w.nodes[2].taken[0].Message.ID); m.State != Delivered {
		t.Errorf("state is %v", m.State)
	}
	for _, num := range w.order {
		if live := w.nodes[num].node.Status().Live; live != 2 { // the group's message and its head, until they expire
			t.Errorf("node %d holds %d bundles", num, live)
		}
	}
	w.sound()
}

// TestNobodyAsksForWhatHasExpired: one was away for the whole life of a message,
// and lacks nothing for it.
func TestNobodyAsksForWhatHasExpired(t *testing.T) {
	w := newWorld(t, 2)
	w.nodes[1].cfg.Signing = SignAll // a head would outlive it
	w.start(1)
	c := w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	c.lose = func(_, _ ident.Number, _ []byte) bool { return true }
	w.step(w.nodes[1], Submit{Ref: 1, To: toAll, Precedence: bundle.Routine, Text: "gone soon", Lifetime: 30 * time.Minute})
	w.run(time.Hour)
	c.lose = nil
	before := w.items(frame.KindVector)
	w.run(10 * time.Hour)
	if after := w.items(frame.KindVector); after != before {
		t.Errorf("%d vectors about nothing", after-before)
	}
	w.start(1)
	if w.nodes[1].node.vectors.Summary() != w.nodes[2].node.vectors.Summary() {
		t.Error("a restart changes the summary")
	}
	w.sound()
}
