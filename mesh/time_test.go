package mesh

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// The driver hears what is past once after the node was built, and when the ring
// moves on.
func TestTheNodeTellsWhatIsPast(t *testing.T) {
	w := newWorld(t, 2)
	n := w.nodes[1].node
	past := func(now clock.Reading) (told []clock.Wall) {
		for _, e := range n.Step(now, Wake{}) {
			switch e := e.(type) {
			case Past:
				told = append(told, e.Wall)
			case Commit:
				n.Step(now, Committed{})
			}
		}
		return told
	}
	now := w.reading()
	n.pastTold = 0 // the world has stepped it already
	first := past(now)
	if len(first) != 1 || first[0] > now.Wall {
		t.Fatalf("told %v, it is %v", first, now.Wall)
	}
	if again := past(now); again != nil {
		t.Errorf("told again: %v", again)
	}
	now.Mono = now.Mono.Add(2 * housekeeping)
	now.Wall = now.Wall.Add(5 * 24 * time.Hour)
	past(now)
	if told := past(now); told != nil {
		t.Errorf("a clock of nobody moved what is past: %v", told)
	}
	now.Mono, now.Quality = now.Mono.Add(2*housekeeping), clock.Certain
	told := past(now)
	told = append(told, past(now)...)
	if len(told) != 1 || told[0] != (now.Wall.Add(-now.Bound).Day()-1).Start() {
		t.Errorf("a certain clock moved what is past to %v, it is %v", told, now.Wall)
	}
}
