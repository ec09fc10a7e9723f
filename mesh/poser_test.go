package mesh

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// pose has node by write to the group of all in another's name.
func (w *world) pose(by, as ident.Number, seq uint16, text string) *bundle.Bundle {
	return w.forge(by, bundle.Header{ID: bundle.ID{Origin: as, Seq: seq}, To: toAll, Precedence: bundle.Routine}, text)
}

// proofsOf returns text and proof of what a node shows.
func (w *world) proofsOf(num ident.Number) map[string]Proof {
	out := make(map[string]Proof)
	for _, m := range Messages(w.nodes[num].store, 0, 1000) {
		out[m.Text] = m.Proof
	}
	return out
}

// TestAPoserIsContradictedByTheFirstHead: somebody writes under the next number of
// another, and half of the nodes hear him first. Everybody gets both messages, the
// first head says which was whose, and nothing is lost.
func TestAPoserIsContradictedByTheFirstHead(t *testing.T) {
	w := newWorld(t, 6) // 1 is posed as, 6 poses, 4 and 5 hear him first
	w.channel(radio1200, 0, 1, 2, 3)
	w.channel(radio1200, 1, 4, 5)
	bridge := w.channel(radio1200, 2, 3, 4)
	bridge.lose = func(_, _ ident.Number, _ []byte) bool { return true }
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, "before")
	w.run(time.Minute)
	for i, num := range []ident.Number{4, 5} {
		w.speakOn(1, 6, num, uint32(9000+i), bundleItem(w.pose(6, 1, 1, "open the valve")))
	}
	w.submit(1, toAll, bundle.Routine, "do not open the valve")
	if id := w.nodes[1].taken[1].Message.ID; id.Seq != 1 {
		t.Fatalf("the poser guessed wrong: %v", id)
	}
	w.run(2 * time.Minute)
	bridge.lose = nil
	w.run(3 * time.Hour)
	for _, num := range []ident.Number{2, 3, 4, 5} {
		got := w.proofsOf(num)
		for text, want := range map[string]Proof{"before": Proven, "do not open the valve": Proven, "open the valve": Contradicted} {
			if p, ok := got[text]; !ok || p != want {
				t.Errorf("node %d: %q is %v (shown: %v), want %v", num, text, p, ok, want)
			}
		}
	}
	for _, a := range w.nodes[1].taken {
		m, _ := Find(w.nodes[1].store, a.Message.ID)
		if m.State < Held || len(m.Delivered) != 4 { // the sixth is a poser, and answers nothing
			t.Errorf("%q: %v, delivered to %v", m.Text, m.State, m.Delivered)
		}
	}
	w.sound()
}

// speakOn is speak on another link.
func (w *world) speakOn(link int, from, to ident.Number, counter uint32, items ...frame.Item) {
	w.step(w.nodes[to], LinkEvent{Link: link, Event: radio.Heard{Data: frame.Seal(w.nodes[from].node.frameKeys().seal, frame.Frame{From: from, Counter: counter, Items: items})}})
}

// TestAPoserOfWhoeverIsSilentIsDenied: he writes under a number that is not used,
// and the one he poses as hears of it.
func TestAPoserOfWhoeverIsSilentIsDenied(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(time.Minute)
	w.speakOn(0, 4, 2, 9000, bundleItem(w.pose(4, 1, 7, "I never said this")))
	w.run(time.Hour)
	for _, num := range []ident.Number{2, 3} {
		if p, ok := w.proofsOf(num)["I never said this"]; !ok || p != Contradicted {
			t.Errorf("node %d: %v (shown: %v)", num, p, ok)
		}
	}
	if got := Messages(w.nodes[1].store, 0, 10); len(got) != 0 {
		t.Errorf("node 1 is shown what it did not write: %v", got)
	}
	for range 8 { // its own numbers go on around his
		w.submit(1, toAll, bundle.Routine, "mine")
	}
	for _, a := range w.nodes[1].taken {
		if a.Message.ID.Seq == 7 {
			t.Error("the number that he took is used again")
		}
	}
	w.run(time.Hour)
	for _, num := range []ident.Number{2, 3} {
		if p := w.proofsOf(num)["mine"]; p != Proven {
			t.Errorf("node %d: %v", num, p)
		}
	}
	w.sound()
}

// TestDenialsAreFew: who poses under many numbers does not make the other fill the
// air with denials, nor keep its true messages from being signed.
func TestDenialsAreFew(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, "true")
	for i := range 40 {
		w.speakOn(0, 3, 1, uint32(9000+i), bundleItem(w.pose(3, 1, uint16(100+7*i), fmt.Sprint("false ", i))))
	}
	w.run(headDelaySlow + 30*time.Second)
	if got := w.counter(1, countHeadSent); got == 0 || got > 2*maxDenials+1 {
		t.Errorf("%d heads in %v", got, headDelaySlow)
	}
	if p := w.proofsOf(2)["true"]; p != Proven {
		t.Errorf("the true message is %v", p)
	}
	w.run(2 * time.Hour)
	for text, p := range w.proofsOf(2) {
		if (p == Proven) != (text == "true") || text != "true" && p != Contradicted {
			t.Errorf("%q is %v", text, p)
		}
	}
	w.sound()
}

// TestAPoserOfTomorrowIsDenied: he writes under a number of the day to come. When
// that day is there, the one he poses as denies it.
func TestAPoserOfTomorrowIsDenied(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	created := (w.base.Day() + 1).Start().Add(time.Hour)
	h := bundle.Header{ID: bundle.ID{Origin: 1, Seq: 7}, To: toAll, Precedence: bundle.Routine, Created: created}
	w.speakOn(0, 3, 2, 9000, bundleItem(w.forge(3, h, "I never said this")))
	w.run(30 * time.Hour)
	if p, ok := w.proofsOf(2)["I never said this"]; !ok || p != Contradicted {
		t.Errorf("node 2: %v (shown: %v)", p, ok)
	}
	w.sound()
}

// TestACrowdedNumberIsSignedAgain: posers take all places for bundles without a
// signature. The true one comes through with one.
func TestACrowdedNumberIsSignedAgain(t *testing.T) {
	w := newWorld(t, 5)
	w.channel(radio1200, 0, 1, 2)
	w.channel(radio1200, 1, 2, 3)
	w.run(time.Minute)
	for i := range MaxVariants {
		w.speakOn(0, 5, 2, uint32(9000+i), bundleItem(w.pose(5, 1, 0, fmt.Sprint("false ", i))))
	}
	w.submit(1, toAll, bundle.Routine, "true")
	w.run(2 * time.Hour)
	for _, num := range []ident.Number{2, 3} {
		got := w.proofsOf(num)
		if p, ok := got["true"]; !ok || p != Proven {
			t.Errorf("node %d: the true message is %v (shown: %v)", num, p, ok)
		}
		count := 0
		for _, m := range w.nodes[num].got {
			if m.Text == "true" {
				count++
			}
		}
		if count != 1 {
			t.Errorf("node %d was shown the true message %d times", num, count)
		}
		for text, p := range got {
			if text != "true" && p == Proven {
				t.Errorf("node %d: %q is proven", num, text)
			}
		}
	}
	m, _ := Find(w.nodes[1].store, w.nodes[1].taken[0].Message.ID)
	if !slices.Contains(m.Held, ident.Number(2)) || !slices.Contains(m.Delivered, ident.Number(2)) || !slices.Contains(m.Delivered, ident.Number(3)) {
		t.Errorf("held by %v, delivered to %v", m.Held, m.Delivered)
	}
	w.sound()
}

// TestVariantsAreBounded: whatever a poser sends, the rest of a node goes on.
func TestVariantsAreBounded(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	for i := range 50 {
		w.speakOn(0, 3, 2, uint32(9000+i), bundleItem(w.pose(3, 1, 5, fmt.Sprint("false ", i))))
	}
	id := bundle.ID{Origin: 1, Day: w.base.Day(), Seq: 5}
	if got := len(w.nodes[2].node.live.all(id)); got != MaxVariants {
		t.Errorf("%d bundles of one number, want %d", got, MaxVariants)
	}
	if got := w.counter(2, countVariantFull); got != 50-MaxVariants {
		t.Errorf("%d refused", got)
	}
	w.run(time.Hour)
	w.sound()
	w.start(2)
	if got := len(w.nodes[2].node.live.all(id)); got != MaxVariants {
		t.Errorf("%d bundles of one number after a restart", got)
	}
	w.sound()
}

// TestAnAcceptanceMeansOneVariant: a neighbour that took the poser's bundle says
// nothing about the true one.
func TestAnAcceptanceMeansOneVariant(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	c.lose = func(from, _ ident.Number, _ []byte) bool { return from == 1 }
	w.submit(1, toAll, bundle.Routine, "true")
	id := w.nodes[1].taken[0].Message.ID
	w.run(2 * time.Second)
	w.speakOn(0, 3, 1, 9000, bundleItem(w.pose(3, 1, id.Seq, "false"))) // 1 knows it, too
	w.speakOn(0, 3, 2, 9001, bundleItem(w.pose(3, 1, id.Seq, "false")))
	if m, _ := Find(w.nodes[1].store, id); m.State >= Held {
		t.Fatalf("state %v by the acceptance of another bundle", m.State)
	}
	w.nodes[2].node.acceptFrom(w.nodes[2].node.links[0], 1, id, w.nodes[2].node.candidates(id)[0].hash)
	w.run(10 * time.Second)
	if m, _ := Find(w.nodes[1].store, id); m.State >= Held {
		t.Errorf("state %v by the acceptance of another bundle", m.State)
	}
	c.lose = nil
	w.run(time.Hour)
	if m, _ := Find(w.nodes[1].store, id); m.State < Held || !slices.Contains(m.Delivered, ident.Number(2)) {
		t.Errorf("state %v, delivered to %v", m.State, m.Delivered)
	}
	w.sound()
}

// TestARestoredStoreLosesNoMessage: a backup is put back and uses a number that was
// used since, before it hears anybody. Both messages reach everybody, and both
// stay provable.
func TestARestoredStoreLosesNoMessage(t *testing.T) {
	for name, to := range map[string]bundle.Destination{"direct": toNode(3), "group": toAll} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 3)
			c := w.channel(radio1200, 0, 1, 2)
			w.channel(radio1200, 1, 2, 3)
			w.run(time.Minute)
			m := w.nodes[1]
			backup := m.store.Clone()
			w.submit(1, to, bundle.Routine, "before the crash")
			w.run(10 * time.Minute)
			counter := m.node.counter
			m.store, m.cfg.View = backup, backup
			c.lose = func(_, _ ident.Number, _ []byte) bool { return true }
			w.start(1)
			m.node.counter, m.node.reserved = counter+5000, counter+5000 // of the frames; package mesh/live sees to it
			w.submit(1, to, bundle.Routine, "after the restore")
			if a, b := m.taken[0].Message.ID, m.taken[1].Message.ID; a != b {
				t.Fatalf("numbers %v and %v", a, b)
			}
			c.lose = nil
			w.run(3 * time.Hour)
			if got := texts(w.nodes[3].got); len(got) != 2 {
				t.Errorf("delivered: %q", got)
			}
			now, _ := Find(m.store, m.taken[1].Message.ID)
			if now.Text != "after the restore" || !slices.Contains(now.Delivered, ident.Number(3)) {
				t.Errorf("%q: delivered to %v, %v", now.Text, now.Delivered, now.State)
			}
			if name == "group" {
				if p := w.proofsOf(3); p["before the crash"] != Proven || p["after the restore"] != Proven {
					t.Errorf("%v", p)
				}
			}
			w.sound()
		})
	}
}

// TestAVariantOutlivesTheReceiptOfAnother: two neighbours hold the receipt of a direct
// message. A store that was put back writes to all under its number, and one of the
// two alone hears that: the receipt is not its end, and the other gets it.
func TestAVariantOutlivesTheReceiptOfAnother(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2)
	bridge := w.channel(radio1200, 1, 2, 3)
	w.run(time.Minute)
	m := w.nodes[1]
	backup := m.store.Clone()
	w.submit(1, toNode(3), bundle.Routine, "before the crash")
	w.run(10 * time.Minute)
	id := m.taken[0].Message.ID
	for _, num := range []ident.Number{2, 3} {
		if n := w.nodes[num].node; !n.vectors.Receipted(id) || len(n.live.all(id)) > 0 {
			t.Fatalf("node %d: receipt %v, %d bundles", num, n.vectors.Receipted(id), len(n.live.all(id)))
		}
	}
	counter := m.node.counter
	m.store, m.cfg.View = backup, backup
	nobody := func(_, _ ident.Number, _ []byte) bool { return true }
	c.lose, bridge.lose = nobody, nobody
	w.start(1)
	m.node.counter, m.node.reserved = counter+5000, counter+5000 // of the frames; package mesh/live sees to it
	w.submit(1, toAll, bundle.Routine, "after the restore")
	if other := m.taken[1].Message.ID; other != id {
		t.Fatalf("numbers %v and %v", id, other)
	}
	c.lose = nil
	w.run(10 * time.Minute)
	if len(w.nodes[2].node.live.all(id)) != 1 || len(w.nodes[3].node.live.all(id)) != 0 {
		t.Fatalf("node 2 holds %d, node 3 %d", len(w.nodes[2].node.live.all(id)), len(w.nodes[3].node.live.all(id)))
	}
	c.lose, bridge.lose = nobody, nil
	w.run(time.Hour)
	if got := texts(w.nodes[3].got); len(got) != 2 {
		t.Errorf("delivered: %q", got)
	}
	w.sound()
}

// TestATwiceSignedNumberIsAnAlarm: two signed bundles of one number are no poser's.
func TestATwiceSignedNumberIsAnAlarm(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	for i, text := range []string{"one", "two"} {
		b := w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 5}, To: toAll, Precedence: bundle.Routine, Signed: true}, text)
		w.speakOn(0, 3, 2, uint32(9000+i), bundleItem(b))
	}
	if p := w.proofsOf(2); p["one"] != Proven || p["two"] != Proven || w.counter(2, countCloned) != 1 {
		t.Errorf("%v, reported %d times", p, w.counter(2, countCloned))
	}
	alarms := 0
	for _, e := range Audit(w.nodes[2].store, 0, 100) {
		if e.Action == ActionAlarm {
			alarms++
		}
	}
	if alarms != 1 {
		t.Errorf("%d alarms in the audit record", alarms)
	}
	w.sound()
}
