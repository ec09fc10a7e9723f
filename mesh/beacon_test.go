package mesh

import (
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// TestABeaconStandsInFront: only there can one who has not heard a node for
// 65,536 frames open what else is in the frame.
func TestABeaconStandsInFront(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, w.order...)
	for i := range 100 {
		w.submit(ident.Number(1+i%3), toAll, bundle.Precedence(i/3%2), "x")
		w.run(7 * time.Second)
	}
	beacons := 0
	for _, num := range w.order {
		for _, sent := range w.nodes[num].frames {
			f, err := openSent(w.nodes[num].node, sent.Data)
			at := slices.IndexFunc(f.Items, func(it frame.Item) bool { return it.Kind == frame.KindHello })
			if err != nil || at > 0 {
				t.Fatalf("beacon at %d, %v", at, err)
			}
			if at == 0 && len(f.Items) > 1 {
				beacons++
			}
		}
	}
	if beacons == 0 {
		t.Error("no beacon shared a frame, so nothing was tested")
	}
}

// TestANeedOfNothingIsNoTrouble: a member asks for more fragments than a
// bundle has.
func TestANeedOfNothingIsNoTrouble(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(30 * time.Second)
	w.nodes[2].deaf = true
	w.submit(1, toNode(2), bundle.Routine, string(slices.Repeat([]byte("long "), 100)))
	w.run(10 * time.Second)
	task := w.nodes[1].node.links[0].queue.All()[0]
	for i := range 20 {
		need := frame.Need{To: 1, Transfer: task.Parts.Transfer, More: []int{64, 0, 64}}
		w.speak(2, 1, uint32(7000+i), frame.Item{Kind: frame.KindNeed, Body: need.Append(nil)})
		w.run(100 * time.Millisecond)
	}
	w.nodes[2].deaf = false
	w.run(time.Minute)
	if len(w.nodes[2].got) != 1 {
		t.Error("not delivered")
	}
	if asks := len(w.nodes[2].node.links[0].asks); asks != 0 {
		t.Errorf("%d requests are left after all is over", asks)
	}
}
