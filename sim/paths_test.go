package sim

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// TestAPathThatChangesWhileCut comes up when the cut is mended, as it is then, and one that
// ended meanwhile does not.
func TestAPathThatChangesWhileCut(t *testing.T) {
	for _, gone := range []bool{false, true} {
		o := changing(nil)
		o.Channels[0].Changes = []Change{
			{At: 20 * time.Second, Path: Path{From: 0, To: 1, Path: medium.Path{Loss: 0.1}}},
			{At: 30 * time.Second, Path: Path{From: 0, To: 1, Path: medium.Path{Loss: 0.05}}, Gone: gone},
		}
		w := newWorld(t, o)
		w.RunFor(10 * time.Second)
		w.Cut(0, 1)
		n := w.Submit(Message{At: time.Second, From: 0, To: node(1), Bytes: 20})
		w.RunFor(5 * time.Minute)
		if _, ok := w.Arrived(n, 1); ok {
			t.Error("it went through the cut")
		}
		w.Mend(0, 1)
		w.RunFor(10 * time.Minute)
		if _, ok := w.Arrived(n, 1); ok == gone {
			t.Errorf("the path ended: %v, and it arrived: %v", gone, ok)
		}
	}
}
