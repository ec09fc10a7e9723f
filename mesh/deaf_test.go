package mesh

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

var lanProfile = radio.Profile{Name: "lan", MTU: 32 << 10, BitsPerSecond: 1e8, Secure: true, Contacts: true}

// TestAnotherWayToOneWhoDoesNotHear: 1 hears 2 all the time, and 2 does not hear
// 1. A third node has both of them on its links.
func TestAnotherWayToOneWhoDoesNotHear(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2, 3)
	c.lose = func(from, _ ident.Number, _ []byte) bool { return from == 1 }
	w.channel(lanProfile, 1, 1, 3)
	w.run(30 * time.Second)
	w.submit(1, toNode(2), bundle.Routine, "around the corner")
	for range 60 {
		w.run(5 * time.Second)
		w.submit(2, toNode(3), bundle.Routine, "chat")
	}
	if got := texts(w.nodes[2].got); len(got) != 1 {
		t.Errorf("delivered %q", got)
	}
	w.sound()
}

// TestAPretenderDoesNotHoldMessagesUp: a member's beacons say that they come
// from 2, which is somewhere else.
func TestAPretenderDoesNotHoldMessagesUp(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 4)
	w.channel(lanProfile, 1, 1, 3)
	w.channel(lanProfile, 2, 3, 2)
	w.run(30 * time.Second)
	for i := range 60 {
		h := frame.Hello{CounterHigh: 1, Summary: uint32(i)}
		w.speak(2, 1, uint32(70000+i), frame.Item{Kind: frame.KindHello, Body: h.Append(nil)})
		if i == 0 {
			w.submit(1, toNode(2), bundle.Routine, "around the corner")
		}
		w.run(5 * time.Second)
	}
	if got := texts(w.nodes[2].got); len(got) != 1 {
		t.Errorf("delivered %q", got)
	}
}

// TestAContactThatCarriesNothing: the fast link says that the neighbour is
// there, and loses everything. The radio takes over, and gives back later.
func TestAContactThatCarriesNothing(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	lan := w.channel(lanProfile, 1, 1, 2)
	for _, num := range w.order {
		w.step(w.nodes[num], LinkEvent{Link: 1, Event: radio.Contact{Node: 3 - num, Up: true}})
	}
	w.run(30 * time.Second)
	lan.lose = func(_, _ ident.Number, _ []byte) bool { return true }
	w.submit(1, toNode(2), bundle.Routine, "by radio then")
	w.run(20 * time.Second)
	if got := texts(w.nodes[2].got); len(got) != 1 {
		t.Errorf("delivered %q while the fast link is dead", got)
	}
	lan.lose = nil
	w.run(2 * time.Minute)
	w.submit(1, toNode(2), bundle.Routine, "by the fast link again")
	w.run(time.Second)
	if got := texts(w.nodes[2].got); len(got) != 2 {
		t.Errorf("delivered %q once it works", got)
	}
	w.sound()
}

// TestAReceiptOnTheLinkThatIsHeard: 1 hears nothing on the faster of two radios, on which
// 2 hears it. What 1 repeats on the other is answered there, or it would repeat for ever.
func TestAReceiptOnTheLinkThatIsHeard(t *testing.T) {
	w := newWorld(t, 2)
	fast := radio1200
	fast.Name, fast.BitsPerSecond = "fast", 9600
	deaf := w.channel(fast, 0, 1, 2)
	w.channel(radio1200, 1, 1, 2)
	deaf.lose = func(_, to ident.Number, _ []byte) bool { return to == 1 }
	w.run(time.Minute)
	w.submit(1, toNode(2), bundle.Routine, "breaker open")
	w.run(2 * time.Minute)
	if got := texts(w.nodes[2].got); len(got) != 1 {
		t.Fatalf("delivered %q", got)
	}
	if n := w.counter(1, countReceiptTaken); n == 0 {
		t.Errorf("no receipt came back; 2 heard the bundle again %d times", w.counter(2, countBundleTwice))
	}
	if n := w.counter(2, countBundleTwice); n > 2 {
		t.Errorf("2 heard the bundle again %d times", n)
	}
	w.sound()
}
