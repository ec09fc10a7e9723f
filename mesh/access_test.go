package mesh

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// begun is when a node's frame was handed over, and what was in it.
type begun struct {
	at    clock.Instant
	from  ident.Number
	kinds []frame.Kind
	lasts time.Duration
}

// log notes every frame of a channel from now on.
func (c *channel) log(w *world) *[]begun {
	list := new([]begun)
	c.lose = func(from, to ident.Number, data []byte) bool {
		on := c.profile.Airtime(len(data))
		b := begun{at: w.now.Add(-on), from: from, lasts: on}
		if n := len(*list); n > 0 && (*list)[n-1].at == b.at && (*list)[n-1].from == from {
			return false // the same one, at another hearer
		}
		f, err := openSent(w.nodes[from].node, data)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, i := range f.Items {
			b.kinds = append(b.kinds, i.Kind)
		}
		*list = append(*list, b)
		return false
	}
	return list
}

// arrives runs until a node has something more to show.
func (w *world) arrives(num ident.Number) {
	w.t.Helper()
	for i, have := 0, len(w.nodes[num].got); len(w.nodes[num].got) == have; i++ {
		if i > 6000 {
			w.t.Fatalf("nothing arrives at node %d", num)
		}
		w.run(10 * time.Millisecond)
	}
}

// TestAnswersTakeTurns: seven hear a message to all; their acceptances do not meet, and
// nothing else is sent before them, although everybody has something to send.
func TestAnswersTakeTurns(t *testing.T) {
	for _, listens := range []bool{false, true} {
		w := newWorld(t, 8)
		p := radio1200
		p.Listens = listens
		c := w.channel(p, 0, w.order...)
		w.run(10 * time.Minute)
		sent := c.log(w)
		w.submit(1, toAll, bundle.Immediate, "all hear this")
		w.arrives(2)
		for _, num := range w.order[1:] {
			w.submit(num, toNode(1), bundle.Routine, "and I say that")
		}
		w.run(20 * time.Second)
		first := slices.IndexFunc(*sent, func(b begun) bool { return b.from == 1 })
		accepted := make(map[ident.Number]bool)
		var end clock.Instant
		for _, b := range (*sent)[first+1:] {
			if len(accepted) == 7 {
				break
			}
			if len(b.kinds) != 1 || b.kinds[0] != frame.KindAccept {
				t.Errorf("listens %v: node %d sends %v after %d of 7 acceptances", listens, b.from, b.kinds, len(accepted))
				break
			}
			if b.at < end {
				t.Errorf("listens %v: node %d begins its acceptance %v before another's ends", listens, b.from, end.Sub(b.at))
			}
			end = b.at.Add(b.lasts)
			accepted[b.from] = true
		}
		if len(accepted) != 7 {
			t.Errorf("listens %v: %d of 7 acceptances, %v", listens, len(accepted), *sent)
		}
		w.sound()
	}
}

// TestTheMoreUrgentGoesFirst: four nodes wait for a frame to end, each with something of
// another precedence. They go in its order, whoever came first.
func TestTheMoreUrgentGoesFirst(t *testing.T) {
	wins := 0
	for seed := range 12 {
		w := newWorld(t, 5)
		p := radio1200
		p.Listens = true
		c := w.channel(p, 0, w.order...)
		w.run(10*time.Minute + time.Duration(seed)*7*time.Second)
		sent := c.log(w)
		w.submit(5, toNode(4), bundle.Routine, strings.Repeat("a frame that takes a while ", 6))
		w.arrives(4)
		for i, class := range []bundle.Precedence{bundle.Routine, bundle.Priority, bundle.Immediate} {
			w.submit(ident.Number(i+1), toNode(5), class, "mine")
		}
		w.run(30 * time.Second)
		var order []ident.Number
		for _, b := range *sent {
			if b.from < 4 && slices.Contains(b.kinds, frame.KindBundle) && !slices.Contains(order, b.from) {
				order = append(order, b.from)
			}
		}
		if len(order) != 3 {
			t.Fatalf("%d of 3 were sent: %v", len(order), *sent)
		}
		if order[0] == 3 {
			wins++
		}
		w.sound()
	}
	if wins < 11 {
		t.Errorf("IMMEDIATE went first in %d of 12", wins)
	}
}

// TestNobodyKeepsOthersFromSpeaking: a member fills the channel with what calls for
// answers, without end. What waits is sent all the same.
func TestNobodyKeepsOthersFromSpeaking(t *testing.T) {
	for _, to := range []ident.Number{3, 1} { // who is not there, and who answers each with the receipt
		nobodyKeeps(t, to)
	}
}

func nobodyKeeps(t *testing.T, to ident.Number) {
	t.Helper()
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(2, toNode(to), bundle.Routine, "again and again")
	w.run(time.Minute)
	again := slices.IndexFunc(w.nodes[2].frames, func(f radio.Frame) bool {
		o, err := openSent(w.nodes[2].node, f.Data)
		return err == nil && slices.ContainsFunc(o.Items, func(i frame.Item) bool { return i.Kind == frame.KindBundle })
	})
	o, _ := openSent(w.nodes[2].node, w.nodes[2].frames[again].Data)
	body := o.Items[slices.IndexFunc(o.Items, func(i frame.Item) bool { return i.Kind == frame.KindBundle })]
	for i := range 300 {
		w.speak(2, 1, uint32(7000+i), body)
		if i == 3 {
			w.submit(1, toNode(2), bundle.Routine, "while the other babbles")
		}
		w.run(700 * time.Millisecond)
	}
	if got := texts(w.nodes[2].got); !slices.Contains(got, "while the other babbles") {
		t.Errorf("in minutes of babble to node %d: %q", to, got)
	}
}

// TestAfterAFlashTheRestWaits: who has sent a FLASH sends nothing else before it is
// answered, or all had their turn to answer.
func TestAfterAFlashTheRestWaits(t *testing.T) {
	w := newWorld(t, 4)
	c := w.channel(radio1200, 0, w.order...)
	w.run(10 * time.Minute)
	c.lose = func(from, to ident.Number, data []byte) bool { return from == 1 } // nobody hears it
	before := len(w.nodes[1].frames)
	start := w.now
	for i := range 6 {
		w.submit(1, toNode(2), bundle.Routine, fmt.Sprintf("routine %d", i))
	}
	w.submit(1, toAll, bundle.Flash, "now")
	flashes, others := 0, 0
	for w.now.Sub(start) < time.Minute && flashes <= flashSteady {
		w.run(50 * time.Millisecond)
		flashes, others = 0, 0
		for _, f := range w.nodes[1].frames[before:] {
			o, _ := openSent(w.nodes[1].node, f.Data)
			bundles, flash := 0, false
			for _, i := range o.Items {
				if b, err := bundle.Decode(i.Body, w.nodes[1].node.today()); i.Kind == frame.KindBundle && err == nil {
					bundles++
					flash = flash || b.Precedence == bundle.Flash
				}
			}
			switch {
			case flash:
				flashes++ // what fits goes along
			case bundles > 0:
				others++
			}
		}
	}
	if flashes <= flashSteady || others > 1 { // the one that was on the air already
		t.Errorf("a FLASH that nobody answers was sent %d times, among %d other frames", flashes, others)
	}
}

// TestWhoHeardItWorstRelaysFirst, where radios tell; where they do not, the order is
// another for each bundle, and no two have the same place.
func TestWhoHeardItWorstRelaysFirst(t *testing.T) {
	w := newWorld(t, 6)
	w.channel(radio1200, 0, w.order...)
	w.run(10 * time.Minute)
	n := w.nodes[1].node
	l := n.links[0]
	heard := func(snr float64) time.Duration {
		l.neighbours[2].signal = &radio.Signal{SNR: snr}
		return n.turnAmong(l, 2, bundle.ID{Origin: 2, Day: 1, Seq: 1}, 100)
	}
	for range 50 {
		if worst, bad, best := heard(-20), heard(-5), heard(12); worst >= bad || bad >= best {
			t.Fatalf("waits %v, %v and %v", worst, bad, best)
		}
	}
	firsts := make(map[ident.Number]int)
	for seq := range uint16(60) {
		places := make(map[int]bool)
		for _, num := range []ident.Number{1, 3, 4, 5, 6} {
			m := w.nodes[num].node
			place := m.place(m.links[0], 2, bundle.ID{Origin: 2, Day: 1, Seq: seq})
			if places[place] || place > 4 {
				t.Fatalf("bundle %d: two at place %d", seq, place)
			}
			if places[place] = true; place == 0 {
				firsts[num]++
			}
		}
	}
	if len(firsts) != 5 {
		t.Errorf("first were %v", firsts)
	}
}

// TestRelaysThatAreNotNeededWait: all whom a relay would serve say that they hear the
// sender. One that knows of somebody who does not goes at once, if it is a FLASH.
func TestRelaysThatAreNotNeededWait(t *testing.T) {
	w := newWorld(t, 4)
	c := w.channel(radio1200, 0, w.order...)
	c.lose = func(from, to ident.Number, data []byte) bool { return from == 1 && to == 4 || from == 4 && to == 1 }
	w.run(30 * time.Minute) // so that all have told whom they hear
	n := w.nodes[2].node
	l := n.links[0]
	id := bundle.ID{Origin: 1, Day: 1, Seq: 1}
	wait := func(p bundle.Precedence, needs ...ident.Number) time.Duration {
		return n.relayDelay(l, 1, needs, id, p, 100)
	}
	if d := wait(bundle.Routine, 3); d < 2*n.retry(l) {
		t.Errorf("waits %v for one that hears the sender", d)
	}
	if d := wait(bundle.Routine, 3, 4); d < l.answers() || d >= 2*n.retry(l) {
		t.Errorf("waits %v for one that does not hear the sender", d)
	}
	if d := wait(bundle.Flash, 3); d < l.answers() {
		t.Errorf("a FLASH waits %v although all hear it", d)
	}
	if d := wait(bundle.Flash, 4); d >= wait(bundle.Flash, 3) || d > l.timing.AnswerSlot+3*l.profile.Airtime(200) {
		t.Errorf("a FLASH waits %v for one that does not hear it", d)
	}
}
