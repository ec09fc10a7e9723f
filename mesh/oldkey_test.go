package mesh

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// lockedOut is a line of three nodes of which the last is deaf, after a key block
// that locked out node 4.
func lockedOut(t *testing.T) *world {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 2)
	w.channel(radio1200, 1, 2, 3)
	w.run(time.Minute)
	w.bring(1, w.next(w.today(), 4))
	w.run(10 * time.Minute)
	w.serials(2, 1, 2, 3)
	w.nodes[3].deaf = true
	return w
}

// underOldKey has node 4, who was locked out, tell node 2 something on its second
// link, in another's name.
func (w *world) underOldKey(as ident.Number, counter uint32, item frame.Item) {
	data := frame.Seal(w.nodes[4].node.frameKeys().seal, frame.Frame{From: as, Counter: counter, Items: []frame.Item{item}})
	w.step(w.nodes[2], LinkEvent{Link: 1, Event: radio.Heard{Data: data}})
}

// TestWhoWasLockedOutKeepsNoFlashWaiting: he says, in the name of the one that lacks
// it, that it has what a relay is about to send.
func TestWhoWasLockedOutKeepsNoFlashWaiting(t *testing.T) {
	w := lockedOut(t)
	relay := w.nodes[2].node
	w.submit(1, toAll, bundle.Flash, "now")
	id := w.nodes[1].taken[0].Message.ID
	w.run(2 * time.Second)
	it := relay.live.get(id)
	if it == nil {
		t.Fatal("the relay has nothing to send")
	}
	waits := func() bool {
		task := relay.links[1].queue.Get(it.Task())
		return task != nil && task.Needs.Has(3)
	}
	b, _ := relay.bundleOf(it)
	for i, item := range []frame.Item{
		{Kind: frame.KindAccept, Body: frame.Accept{To: 1, IDs: []bundle.ID{id}}.Append(nil)},
		bundleItem(b),
	} {
		if !waits() {
			t.Fatalf("case %d: nothing waits for node 3", i)
		}
		w.underOldKey(3, uint32(9000+i), item)
		if !waits() {
			t.Errorf("an item of kind %d under an old key took node 3 off the list", item.Kind)
		}
	}
	w.nodes[3].deaf = false
	w.run(time.Minute)
	if got := texts(w.nodes[3].got); len(got) != 1 {
		t.Errorf("node 3 got %q", got)
	}
	w.sound()
}

// TestWhoWasLockedOutSpoilsNoTransfer: he puts wrong fragments into it in the sender's
// name, and keeps the transfer fresh while one is lacking, so that nobody asks for that.
func TestWhoWasLockedOutSpoilsNoTransfer(t *testing.T) {
	w := newWorld(t, 4)
	c := w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.bring(1, w.next(w.today(), 4))
	w.run(10 * time.Minute)
	w.serials(2, 1, 2)
	lost := false
	c.lose = func(from, _ ident.Number, data []byte) bool {
		lose := from == 1 && !lost && len(data) > 200
		lost = lost || lose
		return lose
	}
	first, read := len(w.nodes[1].frames), len(w.nodes[1].frames)
	w.submit(1, toNode(2), bundle.Routine, longText)
	var of []frame.Fragment
	for i := range uint32(300) {
		of = append(of, w.fragments(1, read)...)
		read = len(w.nodes[1].frames)
		for k := range min(3, len(of)) {
			f := of[int(i+uint32(k))%len(of)]
			if k > 0 {
				f.Index, f.Data = (f.Index+k)%longPieces, bytes.Repeat([]byte{byte(i)}, len(f.Data))
			}
			data := frame.Seal(w.nodes[4].node.frameKeys().seal, frame.Frame{From: 1, Counter: 9000 + 3*i + uint32(k), Items: []frame.Item{{Kind: frame.KindFragment, Body: f.Append(nil)}}})
			w.step(w.nodes[2], LinkEvent{Link: 0, Event: radio.Heard{Data: data}})
		}
		w.run(time.Second)
	}
	if got := texts(w.nodes[2].got); len(got) != 1 || got[0] != longText {
		t.Errorf("node 2 got %d texts", len(got))
	}
	if sent := len(w.fragments(1, first)); !lost || sent > longPieces+2 {
		t.Errorf("%d fragments for %d pieces", sent, longPieces)
	}
	w.sound()
}

// TestWhoWasLockedOutMakesUpNoReceipts: those of bundles that nobody has seen would
// be kept and passed on by all.
func TestWhoWasLockedOutMakesUpNoReceipts(t *testing.T) {
	w := lockedOut(t)
	relay, frames := w.nodes[2].node, len(w.nodes[2].frames)
	for i := range 20 {
		id := bundle.ID{Origin: 1, Day: w.today(), Seq: uint16(500 + i)}
		w.underOldKey(3, uint32(9000+i), frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: id}.Append(nil)})
		if relay.vectors.Receipted(id) || Holds(w.nodes[2].store, id) {
			t.Fatalf("the receipt of %v is kept", id)
		}
	}
	if len(w.nodes[2].frames) != frames || w.counter(2, countOldKey) != 20 {
		t.Errorf("%d frames were sent, %d items not heeded", len(w.nodes[2].frames)-frames, w.counter(2, countOldKey))
	}
	w.sound()
}

// TestWhatProvesItselfIsHeededUnderAnOldKey: an acceptance and a receipt of a node
// that has not got the key block yet.
func TestWhatProvesItselfIsHeededUnderAnOldKey(t *testing.T) {
	w := lockedOut(t)
	late := w.nodes[3].node
	w.submit(2, toAll, bundle.Routine, "to all")
	w.submit(1, toNode(3), bundle.Routine, "to one")
	w.run(5 * time.Second)
	own, direct := w.nodes[2].taken[0].Message, w.nodes[1].taken[0].Message.ID
	acc, hash := frame.Accept{To: 2, IDs: []bundle.ID{own.ID}}, sha256.Sum256(own.Hash[:])
	var err error
	if acc.MAC, err = late.acceptMAC(2, 3, 2, acc.IDs, hash[:]); err != nil {
		t.Fatal(err)
	}
	w.underOldKey(3, 9000, frame.Item{Kind: frame.KindAccept, Body: acc.Append(nil)})
	if it := w.nodes[2].node.live.get(own.ID); !it.Holders.Has(3) {
		t.Error("the acceptance was not heeded")
	}
	b, ok := w.nodes[2].node.bundleOf(w.nodes[2].node.live.get(direct))
	if !ok {
		t.Fatal("the relay does not hold the direct bundle")
	}
	o, err := b.Open(w.nodes[3].keys())
	if err != nil {
		t.Fatal(err)
	}
	w.underOldKey(3, 9001, frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: direct, T: o.Proof}.Append(nil)})
	if w.nodes[2].node.live.get(direct) != nil {
		t.Error("the receipt was not heeded")
	}
	w.sound()
}
