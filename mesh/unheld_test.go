package mesh

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// TestCustodyIsAskedForAgain: all acceptances were lost, and the neighbours' vectors
// show nothing lacking. Their sender learns who holds its messages all the same, over
// a restart, too; and asks with few frames, however long it has to.
func TestCustodyIsAskedForAgain(t *testing.T) {
	for _, restart := range []bool{false, true} {
		w := newWorld(t, 4)
		c := w.channel(radio1200, 0, 1, 2, 3)
		w.run(2 * time.Minute)
		c.lose = func(from, to ident.Number, data []byte) bool {
			f, _ := openSent(w.nodes[from].node, data)
			return to == 1 && slices.ContainsFunc(f.Items, func(i frame.Item) bool { return i.Kind == frame.KindAccept })
		}
		w.submit(1, toNode(4), bundle.Routine, "who has it?")
		w.submit(1, toNode(4), bundle.Routine, strings.Repeat("and who has all of this? ", 40))
		w.run(5 * time.Hour)
		sent := func() (count int) {
			for _, f := range w.nodes[1].frames {
				f, _ := openSent(w.nodes[1].node, f.Data)
				for _, i := range f.Items {
					if i.Kind == frame.KindBundle || i.Kind == frame.KindFragment {
						count++
					}
				}
			}
			return count
		}
		if n := sent(); n > 60 {
			t.Errorf("in five hours of asking in vain it sent bundles and fragments %d times", n)
		}
		if restart {
			w.start(1)
		}
		c.lose = nil
		w.run(8 * time.Hour)
		for _, m := range Messages(w.nodes[1].store, 0, 10) {
			if m.Outgoing && len(m.Held) == 0 {
				t.Errorf("restart %v: nobody is known to hold %v, it is %v", restart, m.ID, m.State)
			}
		}
		w.sound()
	}
}
