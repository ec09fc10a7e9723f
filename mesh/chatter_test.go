package mesh

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// items counts the items of a kind in all frames sent so far.
func (w *world) items(kind frame.Kind) (count int) {
	for _, num := range w.order {
		for _, sent := range w.nodes[num].frames {
			f, err := frame.NewReceiver().Open(w.nodes[num].node.linkKey(), sent.Data)
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
