package mesh

import (
	"testing"
	"time"
)

// TestVectorsFallOutOfStep: nodes that send their vectors at one instant, as
// those do that answer one beacon, do not send the next ones together.
func TestVectorsFallOutOfStep(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(time.Minute)
	next := make(map[int64]bool)
	for _, num := range w.order {
		n := w.nodes[num].node
		n.now.Mono = w.now
		n.cutVector(n.links[0])
		next[int64(n.links[0].vectorNext/10_000_000)] = true
	}
	if len(next) != 3 {
		t.Errorf("of three nodes, %d send their next vectors at different times", len(next))
	}
}
