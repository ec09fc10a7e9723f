package mesh

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// TestANetworkFileLocksOutLikeABlock: the file names the revoked beside the block
// that leaves them out. What they write under the old keys, in others' names, is
// kept unseen as if the block had come by radio.
func TestANetworkFileLocksOutLikeABlock(t *testing.T) {
	for name, blocks := range map[string]bool{"with the block": true, "the block came before": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 4)
			w.channel(radio1200, 0, 1, 2, 3, 4)
			w.run(time.Minute)
			block := w.office.next(w.base.Day(), 4)
			trust := w.nodes[2].cfg.Trust
			trust.Blocks, trust.Revoked = append(trust.Blocks, block), []ident.Number{4}
			if !blocks {
				w.step(w.nodes[2], NewRoster{Trust: Trust{Roster: trust.Roster, Blocks: trust.Blocks}, By: "test"})
			}
			w.step(w.nodes[2], NewRoster{Trust: trust, By: "test"})
			pose := func(counter uint32, seq uint16, text string) {
				b := w.forge(4, bundle.Header{ID: bundle.ID{Origin: 1, Seq: seq}, To: toAll, Precedence: bundle.Routine}, text)
				data := frame.Seal(w.nodes[4].node.frameKeys().seal, frame.Frame{From: 3, Counter: counter, Items: []frame.Item{bundleItem(b)}})
				w.step(w.nodes[2], LinkEvent{Link: 0, Event: radio.Heard{Data: data}})
			}
			pose(9000, 7, "in another's name")
			if got := texts(w.nodes[2].got); len(got) != 0 || w.counter(2, countQuarantined) != 1 {
				t.Errorf("shown: %q; kept unseen: %d", got, w.counter(2, countQuarantined))
			}
			w.start(2)
			pose(9001, 8, "after a restart")
			if got := texts(w.nodes[2].got); len(got) != 0 {
				t.Errorf("shown after a restart: %q", got)
			}
		})
	}
}

// TestReceiptsOfGroupsComeSealedToTheirReader: every member can write to a group in
// another's name, so what such a bundle says of deliveries counts for nothing.
func TestReceiptsOfGroupsComeSealedToTheirReader(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(time.Minute)
	w.nodes[2].deaf, w.nodes[3].deaf = true, true
	w.submit(1, toAll, bundle.Routine, "who has it?")
	m := w.nodes[1].taken[0].Message
	check, err := w.nodes[2].node.receiptCheck(1, 2, m.ID, m.Hash) // a lucky guess
	if err != nil {
		t.Fatal(err)
	}
	body := bundle.AppendReceipts(nil, []bundle.Receipt{{ID: m.ID, Check: check}})
	h := bundle.Header{ID: bundle.ID{Origin: 2, Seq: 40}, To: toAll, Precedence: bundle.Routine}
	w.speak(3, 1, 9000, bundleItem(w.forgeContent(3, h, bundle.Content{Type: bundle.ContentReceipts, Body: body})))
	if now, _ := Find(w.nodes[1].store, m.ID); len(now.Delivered) != 0 {
		t.Errorf("delivered to %v, on the word of node 3", now.Delivered)
	}
}
