package mesh

import (
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// TestAPartIsSentWhole: another node sends the part that this one has sent half of.
// The next one goes out from its first piece.
func TestAPartIsSentWhole(t *testing.T) {
	w := newWorld(t, 2)
	p := radio1200
	p.MTU = radio.MinMTU
	w.channel(p, 0, 1)
	w.run(time.Minute)
	w.top = 200
	b := w.next(w.today(), 50, 100, 150)
	parts := b.Parts()
	if len(parts) < 2 {
		t.Fatalf("%d parts", len(parts))
	}
	m := w.nodes[1]
	w.bring(1, b)
	k := &m.node.links[0].keys
	for turns := 0; len(k.parts) == 0 || k.parts[0].piece < 2; turns++ {
		if w.run(100 * time.Millisecond); turns > 1000 {
			t.Fatal("nothing is sent")
		}
	}
	first, frames := k.parts[0].index, len(m.frames)
	said := frame.KeyPart{Serial: b.Serial, Index: first, Pieces: 1, Data: parts[first].Data}
	data := frame.Seal(m.node.frameKeys().boot, frame.Frame{From: 2, Counter: 9000, Items: []frame.Item{{Kind: frame.KindKeyPart, Body: said.Append(nil)}}})
	w.step(m, LinkEvent{Link: 0, Event: radio.Heard{Data: data}})
	w.run(10 * time.Minute)
	second, got := 1-first, []int{}
	for _, f := range m.frames[frames:] {
		opened, err := openSent(m.node, f.Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range opened.Items {
			if part, err := frame.DecodeKeyPart(item.Body); item.Kind == frame.KindKeyPart && err == nil && part.Index == second {
				got = append(got, part.Piece)
			}
		}
	}
	want := []int{}
	for i := range frame.SplitKeyPart(b.Serial, second, parts[second].Data, m.node.links[0].room()) {
		want = append(want, i)
	}
	if !slices.Equal(got, want) {
		t.Errorf("pieces %v of part %d went out, want %v", got, second, want)
	}
}

// TestTheAllowanceGrowsHoweverOftenItIsAsked: what is left of a byte is not lost.
func TestTheAllowanceGrowsHoweverOftenItIsAsked(t *testing.T) {
	for _, pause := range []time.Duration{10 * time.Millisecond, time.Second, time.Minute} {
		w := newWorld(t, 2)
		w.channel(radio1200, 0, 1)
		n := w.nodes[1].node
		l := n.links[0]
		ask := func(size int) bool {
			n.now = w.reading()
			return n.afford(l, size)
		}
		if !ask(keyAllowance) || ask(1) {
			t.Fatal("the allowance is not what it is said to be")
		}
		start, granted := w.now, 0
		for w.now.Sub(start) < 10*time.Minute {
			w.now = w.now.Add(pause)
			for ask(1) {
				granted++
			}
		}
		if want := 600 * 1200 / 8 / keyAllowanceRate; granted < want-1 || granted > want {
			t.Errorf("asked each %v: %d bytes in ten minutes, want %d", pause, granted, want)
		}
	}
}

// TestNoCounterIsSpentOnNothing: a block was dropped whose parts were to be sent.
func TestNoCounterIsSpentOnNothing(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1)
	w.run(time.Minute)
	n := w.nodes[1].node
	n.now = w.reading()
	l, before := n.links[0], n.counter
	l.keys.parts, l.keys.partDue = []keyPart{{serial: 7}, {serial: 8}}, n.now.Mono
	if n.flushKeys(l, n.freeAt(l)) || n.counter != before {
		t.Errorf("counter %d after nothing was sent, %d before", n.counter, before)
	}
	l.keys.helloDue = n.now.Mono
	if !n.flushKeys(l, n.freeAt(l)) || n.counter != before+1 {
		t.Errorf("counter %d after a key hello, %d before", n.counter, before)
	}
}
