package mesh

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// relayed counts the bundles of node 1 that others sent.
func (w *world) relayed() (count int) {
	for _, num := range w.order[1:] {
		for _, sent := range w.nodes[num].frames {
			f, _ := openSent(w.nodes[num].node, sent.Data)
			for _, item := range f.Items {
				if b, err := bundle.Decode(item.Body, w.base.Day()); item.Kind == frame.KindBundle && err == nil && b.ID.Origin == 1 {
					count++
				}
			}
		}
	}
	return count
}

// TestRelaysWaitWhereAllHearAll: on a LAN whose nodes are slow to accept, the
// relays do not send every bundle once more. They do when its sender is gone.
func TestRelaysWaitWhereAllHearAll(t *testing.T) {
	w := newWorld(t, 4)
	c := w.channel(lanProfile, 0, w.order...)
	w.run(10 * time.Second)
	w.submit(1, toAll, bundle.Routine, "they learn who hears whom")
	w.run(10 * time.Second)
	before := w.relayed()
	c.lose = func(from, to ident.Number, _ []byte) bool { return from != 1 }
	w.submit(1, toAll, bundle.Routine, "nobody is heard to accept this")
	w.run(300 * time.Millisecond)
	if extra := w.relayed() - before; extra != 0 {
		t.Errorf("relays sent it %d times", extra)
	}
	c.lose = func(from, to ident.Number, _ []byte) bool { return from == 1 && to == 4 }
	w.submit(1, toAll, bundle.Routine, "4 does not hear the sender any more")
	w.nodes[1].deaf = true
	w.run(10 * time.Second)
	if got := len(w.nodes[4].got); got != 3 {
		t.Errorf("4 has %d messages", got)
	}
	w.sound()
}
