package mesh

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

func TestDirectMessageIsDeliveredAndProven(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	w.submit(1, toNode(2), bundle.Routine, "pump 3 is running")
	w.run(3 * time.Second) // one frame there, one back, at 1200 bit/s
	if got := texts(w.nodes[2].got); !slices.Equal(got, []string{"pump 3 is running"}) {
		t.Fatalf("delivered %q", got)
	}
	m, ok := Find(w.nodes[1].store, w.nodes[1].taken[0].Message.ID)
	if !ok || m.State != Delivered || len(m.Delivered) != 1 {
		t.Fatalf("record says %+v", m)
	}
	w.sound()
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

func TestARestartReusesNoNumber(t *testing.T) {
	w := newWorld(t, 2)
	w.submit(1, toNode(2), bundle.Routine, "before")
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	frames := len(w.nodes[1].frames)
	w.start(1)
	w.submit(1, toNode(2), bundle.Routine, "after")
	w.run(time.Minute)
	first, second := w.nodes[1].taken[0].Message.ID, w.nodes[1].taken[1].Message.ID
	if first == second {
		t.Errorf("both messages are %v", first)
	}
	if got := texts(w.nodes[2].got); !slices.Equal(got, []string{"before", "after"}) {
		t.Errorf("delivered %q", got)
	}
	if replays := w.counter(2, countReplayed); replays != 0 || len(w.nodes[1].frames) == frames {
		t.Errorf("%d frames after the restart were taken for replays", replays)
	}
	w.sound()
}

func TestARepeatedBundleIsDeliveredOnceAndAcceptedAgain(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	b := w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 3}, To: toAll, Signed: true, Precedence: bundle.Routine}, "once")
	for i := range 3 {
		w.speak(1, 2, uint32(5000+i), bundleItem(b))
	}
	if got := texts(w.nodes[2].got); len(got) != 1 {
		t.Errorf("delivered %q", got)
	}
	if w.counter(2, countBundleTwice) != 2 || len(w.nodes[2].node.links[0].accepts) != 1 {
		t.Error("repetitions were not counted and answered")
	}
	w.sound()
}

func TestAMessageFindsAnotherWayWhenALinkGoesDown(t *testing.T) {
	lan := radio.Profile{Name: "lan", MTU: 32 << 10, BitsPerSecond: 1e8, Secure: true, Contacts: true}
	w := newWorld(t, 2)
	w.channel(lan, 1, 1, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	w.step(w.nodes[1], LinkEvent{Link: 1, Event: radio.Down{}})
	w.nodes[2].links[1].lose = func(_, _ ident.Number, _ []byte) bool { return true }
	w.submit(1, toNode(2), bundle.Routine, "by radio then")
	w.run(time.Minute)
	if got := texts(w.nodes[2].got); len(got) != 1 {
		t.Errorf("delivered %q", got)
	}
	w.sound()
}

func TestSubmissionsAreRefusedWithAReason(t *testing.T) {
	w := newWorld(t, 3)
	for _, c := range []struct {
		name string
		s    Submit
		node ident.Number
		want error
	}{
		{"unknown node", Submit{To: toNode(99), Precedence: bundle.Routine, Text: "x"}, 1, ErrNoDestination},
		{"unknown group", Submit{To: bundle.Destination{Group: 9}, Precedence: bundle.Routine, Text: "x"}, 1, ErrNoDestination},
		{"nobody", Submit{Precedence: bundle.Routine, Text: "x"}, 1, ErrNoDestination},
		{"itself", Submit{To: toNode(1), Precedence: bundle.Routine, Text: "x"}, 1, ErrSelf},
		{"empty", Submit{To: toAll, Precedence: bundle.Routine}, 1, ErrText},
		{"too long", Submit{To: toAll, Precedence: bundle.Routine, Text: strings.Repeat("x", MaxText+1)}, 1, ErrText},
		{"not text", Submit{To: toAll, Precedence: bundle.Routine, Text: "\xff"}, 1, ErrText},
		{"for ever", Submit{To: toAll, Precedence: bundle.Routine, Text: "x", Lifetime: 1000 * time.Hour}, 1, ErrLifetime},
		{"flash without the right", Submit{To: toAll, Precedence: bundle.Flash, Text: "x"}, 3, ErrRight},
	} {
		m := w.nodes[c.node]
		m.denied = nil
		w.step(m, c.s)
		if len(m.denied) != 1 || !errors.Is(m.denied[0].Err, c.want) {
			t.Errorf("%s: refused with %v, want %v", c.name, m.denied, c.want)
		}
	}
	w.sound()
}

// TestWhoHoldsItIsAskedUntilItIsProven loses the acceptance and lets the
// beacons agree: the bundle goes out once more, for the proof.
func TestWhoHoldsItIsAskedUntilItIsProven(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	lost := 0
	c.lose = func(from, _ ident.Number, _ []byte) bool {
		if from == 2 && lost < 2 {
			lost++
			return true
		}
		return false
	}
	w.submit(1, toNode(3), bundle.Routine, "who has it?")
	w.run(time.Minute)
	m, _ := Find(w.nodes[1].store, w.nodes[1].taken[0].Message.ID)
	if m.State != Held || !slices.Equal(m.Held, []ident.Number{2}) {
		t.Errorf("state %v, held by %v", m.State, m.Held)
	}
	w.sound()
}
