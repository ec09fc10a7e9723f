package sim

import (
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// vhf is a radio channel between the given nodes.
func vhf(bits int, nodes []int, pairs [][2]int) Channel {
	return Channel{Radio: medium.VHF(bits), MTU: 255, Nodes: nodes, Pairs: pairs}
}

// disk is a small machine's: a synchronous write takes milliseconds.
var disk = [2]time.Duration{2 * time.Millisecond, 30 * time.Millisecond}

func node(index int) bundle.Destination {
	return bundle.Destination{Node: ident.Number(index + 1)}
}

var everyone = bundle.Destination{Group: Everyone}

func newWorld(t *testing.T, o Options) *World {
	t.Helper()
	if o.Disk == ([2]time.Duration{}) {
		o.Disk = disk
	}
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// want fails the test with a trace if anything is wrong in the world.
func want(t *testing.T, w *World, ok bool, what string) {
	t.Helper()
	if !w.stop {
		w.checkStores()
	}
	if ok && len(w.Violations()) == 0 {
		return
	}
	lines := w.Trace()
	t.Fatalf("%s: %v\n%s\nmissing:\n%s\ntrace:\n%s", what, ok, strings.Join(w.Violations(), "\n"),
		strings.Join(w.Missing(true), "\n"), strings.Join(lines[max(0, len(lines)-80):], "\n"))
}

func TestTwoNodes(t *testing.T) {
	w := newWorld(t, Options{Seed: 1, Nodes: 2, Channels: []Channel{vhf(1200, All(0, 2), Line(0, 2))}})
	w.Submit(Message{At: time.Second, From: 0, To: node(1), Precedence: bundle.Routine, Text: "hello"})
	w.Submit(Message{At: time.Second, From: 1, To: everyone, Precedence: bundle.Priority, Text: "to all"})
	want(t, w, w.RunUntil(5*time.Minute, func() bool { return w.Complete(true) }), "both arrive and are known to have")
	if in := w.Inbox(1); len(in) != 2 || in[0].Text == in[1].Text {
		t.Errorf("record of node 2: %+v", in)
	}
}

// demo is the demo's world: two crews and a substation on one radio channel,
// the substation and the control centre on a LAN.
func demo(seed uint64, bits int) Options {
	return Options{
		Seed: seed, Nodes: 4,
		Channels: []Channel{vhf(bits, All(0, 3), Clique(0, 1, 2))},
		LANs:     []LAN{{Nodes: []int{2, 3}, Delay: [2]time.Duration{time.Millisecond, 5 * time.Millisecond}}},
	}
}

func TestDemoWorld(t *testing.T) {
	w := newWorld(t, demo(2, 1200))
	w.Submit(Message{At: time.Second, From: 0, To: node(3), Precedence: bundle.Routine, Text: "crew 1 to control"})
	w.Submit(Message{At: 2 * time.Second, From: 3, To: node(1), Precedence: bundle.Immediate, Text: "control to crew 2"})
	w.Submit(Message{At: 3 * time.Second, From: 3, To: everyone, Precedence: bundle.Flash, Text: "all stations"})
	want(t, w, w.RunUntil(10*time.Minute, func() bool { return w.Complete(true) }), "all arrive")
}

func TestLineOfFour(t *testing.T) {
	w := newWorld(t, Options{Seed: 3, Nodes: 4, Channels: []Channel{vhf(1200, All(0, 4), Line(0, 4))}})
	w.Submit(Message{At: time.Second, From: 0, To: node(3), Precedence: bundle.Routine, Text: "down the line"})
	w.Submit(Message{At: time.Second, From: 3, To: node(0), Precedence: bundle.Routine, Text: strings.Repeat("up the line, in pieces. ", 40)})
	want(t, w, w.RunUntil(20*time.Minute, func() bool { return w.Complete(true) }), "both arrive over three hops")
}

func TestPartitionAndHeal(t *testing.T) {
	w := newWorld(t, demo(4, 9600))
	w.RunFor(30 * time.Second)
	w.Cut(2, 3)
	for i := range 5 {
		w.Submit(Message{From: 0, To: node(3), Precedence: bundle.Routine, Text: strings.Repeat("x", i*40)})
		w.Submit(Message{From: 3, To: node(1), Precedence: bundle.Routine})
	}
	w.RunFor(5 * time.Minute)
	for n := range 10 {
		if state, ok := w.State(n); !ok || state == mesh.Delivered {
			t.Errorf("message %d is %s across a cut", n, state)
		}
	}
	w.Crash(2)
	w.RunFor(time.Minute)
	w.Heal()
	want(t, w, w.RunUntil(5*time.Minute, func() bool { return w.Complete(true) }), "all arrive after healing")
}

func TestFlashOvertakesAQueue(t *testing.T) {
	w := newWorld(t, Options{Seed: 5, Nodes: 2, Channels: []Channel{vhf(1200, All(0, 2), Line(0, 2))}})
	w.RunFor(time.Minute)
	const queued = 20
	for range queued {
		w.Submit(Message{From: 0, To: node(1), Precedence: bundle.Routine, Text: strings.Repeat("routine ", 20)})
	}
	flash := w.Submit(Message{At: 2 * time.Second, From: 0, To: node(1), Precedence: bundle.Flash, Text: "now"})
	arrived := func() bool { return len(w.Inbox(1)) > 0 && w.Inbox(1)[len(w.Inbox(1))-1].Precedence == bundle.Flash }
	want(t, w, w.RunUntil(time.Minute, arrived), "the FLASH arrives")
	if before := len(w.Inbox(1)) - 1; before > queued/4 {
		t.Errorf("%d of %d ROUTINE messages came before FLASH %d", before, queued, flash)
	}
	want(t, w, w.RunUntil(20*time.Minute, func() bool { return w.Complete(true) }), "the rest arrives")
}
