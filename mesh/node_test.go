package mesh

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
)

func TestDirectMessageIsDeliveredAndProven(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	w.submit(1, toNode(2), bundle.Routine, "pump 3 is running")
	w.run(20 * time.Second)
	if got := texts(w.nodes[2].got); !slices.Equal(got, []string{"pump 3 is running"}) {
		t.Fatalf("delivered %q", got)
	}
	m, ok := Find(w.nodes[1].store, w.nodes[1].taken[0].Message.ID)
	if !ok || m.State != Delivered || len(m.Delivered) != 1 {
		t.Fatalf("record says %+v", m)
	}
	for _, num := range w.order {
		if live := w.nodes[num].node.Status().Live; live != 0 {
			t.Errorf("node %d still holds %d bundles", num, live)
		}
	}
}

func TestGroupMessageReachesEveryoneOverALine(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 2)
	w.channel(radio1200, 1, 2, 3)
	w.channel(radio1200, 2, 3, 4)
	w.run(30 * time.Second)
	w.submit(1, toAll, bundle.Routine, "all stations")
	w.run(5 * time.Minute)
	for _, num := range w.order[1:] {
		if got := texts(w.nodes[num].got); !slices.Equal(got, []string{"all stations"}) {
			t.Errorf("node %d got %q", num, got)
		}
	}
	m, _ := Find(w.nodes[1].store, w.nodes[1].taken[0].Message.ID)
	if m.State != Delivered || len(m.Delivered) != 3 || m.Proof != Proven {
		t.Errorf("record says %+v", m)
	}
}

func TestReturningNeighbourGetsWhatItLacks(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.channel(radio1200, 1, 2, 3)
	w.run(30 * time.Second)
	w.nodes[3].deaf = true
	for i := range 20 {
		w.submit(1, toNode(3), bundle.Routine, fmt.Sprintf("text %02d of sixty characters, sent while the third was away..", i))
	}
	w.run(10 * time.Minute)
	w.nodes[3].deaf = false
	w.run(10 * time.Minute)
	if got := len(w.nodes[3].got); got != 20 {
		t.Errorf("delivered %d of 20", got)
	}
	for _, m := range Messages(w.nodes[1].store, 0, 100) {
		if m.State != Delivered {
			t.Errorf("%v is %v", m.ID, m.State)
		}
	}
}

func TestFlashOvertakesTheQueueAndFragments(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	w.submit(1, toNode(2), bundle.Routine, string(slices.Repeat([]byte("long "), 800)))
	for i := range 5 {
		w.submit(1, toNode(2), bundle.Routine, fmt.Sprintf("routine %d", i))
	}
	w.run(4 * time.Second)
	w.submit(1, toNode(2), bundle.Flash, "FIRE at transformer 2")
	w.run(2 * time.Minute)
	got := texts(w.nodes[2].got)
	if len(got) != 7 || got[0] != "FIRE at transformer 2" {
		t.Errorf("delivered %d, first %.30q", len(got), got)
	}
}
