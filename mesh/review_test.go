package mesh

import (
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// TestAScatteredStreamIsReadBack: receipts of every second message of a day
// make as many runs as a stream can have, and the node starts on them.
func TestAScatteredStreamIsReadBack(t *testing.T) {
	w := newWorld(t, 2)
	m := w.nodes[1]
	st := routing.Stream{Origin: 1, Day: w.base.Day()}
	for seq := range uint16(8000) {
		id := bundle.ID{Origin: st.Origin, Day: st.Day, Seq: seq}
		m.node.vectors.AddHave(id)
		if seq%2 == 0 {
			m.node.vectors.AddReceipt(id)
		}
	}
	m.node.putSeen(st)
	w.step(m, Wake{})
	before := m.node.vectors.Summary()
	w.start(1)
	if m.node.vectors.Summary() != before {
		t.Error("the vectors changed over a restart")
	}
}

// TestReceiptsOfUnknownBundlesAreBounded: any member can make them up.
func TestReceiptsOfUnknownBundlesAreBounded(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	day := w.base.Day()
	for i := range routing.MaxLoose {
		w.nodes[1].node.vectors.AddReceipt(bundle.ID{Origin: ident.Number(1 + i>>16), Day: day - 1, Seq: uint16(i)})
	}
	id := bundle.ID{Origin: 2, Day: day, Seq: 7}
	w.speak(2, 1, 7000, frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: id}.Append(nil)})
	if w.nodes[1].node.vectors.Receipted(id) || w.counter(1, countBundleFull) != 1 {
		t.Error("one more was taken")
	}
	w.nodes[1].node.vectors.AddHave(bundle.ID{Origin: 1, Day: day - 1, Seq: 9}) // its bundle came
	w.speak(2, 1, 7001, frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: id}.Append(nil)})
	if !w.nodes[1].node.vectors.Receipted(id) {
		t.Error("there is room again, but it was refused")
	}
}

// TestGroupReceiptsLiveAsLongAsTheirMessage: the sender was away for longer
// than a day, and learns of the delivery when it comes back.
func TestGroupReceiptsLiveAsLongAsTheirMessage(t *testing.T) {
	w := newWorld(t, 2)
	c := w.channel(radio1200, 0, 1, 2)
	w.run(30 * time.Second)
	w.step(w.nodes[1], Submit{Ref: 1, To: toAll, Precedence: bundle.Routine, Text: "plan for next week", Lifetime: 10 * 24 * time.Hour})
	id := w.nodes[1].taken[0].Message.ID
	c.lose = func(_, to ident.Number, _ []byte) bool { return to == 1 }
	w.run(4 * time.Second)
	c.lose = func(_, _ ident.Number, _ []byte) bool { return true }
	w.run(50 * time.Hour)
	c.lose = nil
	w.run(time.Hour)
	if m, _ := Find(w.nodes[1].store, id); m.State != Delivered {
		t.Errorf("delivered to %d, but state is %v", len(w.nodes[2].got), m.State)
	}
	w.sound()
}

// TestNobodyProvesForTheAddressee: a member's receipts say that it got a group's
// message, and nothing of a message to somebody else.
func TestNobodyProvesForTheAddressee(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	w.submit(1, toNode(3), bundle.Routine, "for three alone")
	id := w.nodes[1].taken[0].Message.ID
	m := w.nodes[2]
	h := bundle.Header{
		ID: bundle.ID{Origin: 2, Day: w.base.Day(), Seq: 99}, To: toNode(1), Precedence: bundle.Routine,
		Created: w.reading().Wall, Lifetime: time.Hour, NoReceipt: true,
	}
	b, err := bundle.Compose(m.keys(), m.cfg.Private, h, bundle.Content{Type: bundle.ContentReceipts, Body: bundle.AppendReceipts(nil, []bundle.Receipt{{ID: id}})})
	if err != nil {
		t.Fatal(err)
	}
	w.speak(2, 1, 7000, bundleItem(b))
	if msg, _ := Find(w.nodes[1].store, id); len(msg.Delivered) != 0 {
		t.Errorf("delivery to 3 was proven by %v", msg.Delivered)
	}
}

// TestLyingVectorsDoNotUseUpTheDay: whatever members claim to have seen of a
// node, it can go on sending, and loses not one number by it.
func TestLyingVectorsDoNotUseUpTheDay(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	n := w.nodes[1].node
	claim := func(counter uint32, from, to int) {
		v := routing.NewVectors()
		for seq := from; seq <= to; seq++ {
			v.AddHave(bundle.ID{Origin: 1, Day: w.base.Day(), Seq: uint16(seq)})
		}
		w.speak(2, 1, counter, frame.Item{Kind: frame.KindVector, Body: v.Segments(200)[0]})
	}
	send := func(want uint16) {
		t.Helper()
		before := len(w.nodes[1].taken)
		w.submit(1, toNode(2), bundle.Routine, "still possible?")
		if len(w.nodes[1].taken) == before {
			t.Fatalf("refused: %v", w.nodes[1].denied)
		}
		if got := w.nodes[1].taken[before].Message.ID.Seq; got != want {
			t.Errorf("sent under number %d, want %d", got, want)
		}
	}
	claim(7000, 5, 5)
	send(0)
	claim(7001, 1, 9)
	send(10) // they may know
	claim(7002, 0, 1<<16-1)
	send(11) // they cannot all be right
	n.sequence = 1 << 16
	send(1)
	for seq := range 1 << 16 {
		if !n.used[w.base.Day()].Has(uint16(seq)) {
			n.useNumber(bundle.ID{Origin: 1, Day: w.base.Day(), Seq: uint16(seq)})
		}
	}
	if _, ok := n.nextNumber(w.base.Day()); ok {
		t.Error("a number of its own is used twice")
	}
}

// TestUrgentPassesABurstThatNobodyAccepts: one neighbour talks and does not
// hear. What waits for it keeps neither more urgent messages to others waiting
// nor the node awake.
func TestUrgentPassesABurstThatNobodyAccepts(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(30 * time.Second)
	w.nodes[2].deaf = true
	for range 60 {
		w.submit(1, toNode(2), bundle.Routine, "routine")
	}
	for range 30 {
		w.run(2 * time.Second)
		w.submit(2, toNode(3), bundle.Routine, "I hear nothing")
	}
	w.submit(1, toNode(3), bundle.Immediate, "urgent")
	w.run(30 * time.Second)
	if got := texts(w.nodes[3].got); !slices.Contains(got, "urgent") {
		t.Errorf("not delivered; %d others were", len(got))
	}
	w.sound()
}

// TestABusyOriginIsReconciledOverSmallFrames: what a node has of an origin does
// not fit one frame, and it still gets the one message that it lacks.
func TestABusyOriginIsReconciledOverSmallFrames(t *testing.T) {
	small := radio1200
	small.MTU = 64
	w := newWorld(t, 3)
	w.channel(radio.Profile{Name: "lan", MTU: 32 << 10, BitsPerSecond: 1e8, Secure: true, Contacts: true}, 1, 1, 3)
	c := w.channel(small, 0, 1, 2)
	w.run(30 * time.Second)
	for i := range 60 {
		to := toNode(3)
		if i%2 == 0 {
			to = toAll
		}
		w.submit(1, to, bundle.Routine, "now to one, now to all")
	}
	w.run(time.Hour)
	c.lose = func(_, to ident.Number, _ []byte) bool { return to == 2 }
	w.submit(1, toAll, bundle.Routine, "the last one")
	w.run(3 * time.Hour)
	c.lose = nil
	w.run(time.Hour)
	if got := texts(w.nodes[2].got); len(got) != 31 || got[30] != "the last one" {
		t.Errorf("%d of 31 delivered", len(got))
	}
	w.sound()
}

// TestAClockThatWasWrongSpoilsNothingLater: whatever a clock said while it was
// wrong, what is sent once it is right is taken by others, under a new number.
func TestAClockThatWasWrongSpoilsNothingLater(t *testing.T) {
	for _, days := range []int{-20000, 1, 20, 33, 5 * 365} {
		w := newWorld(t, 2)
		w.channel(radio1200, 0, 2)
		w.submit(1, toNode(2), bundle.Routine, "before")
		right := w.base
		for _, base := range []clock.Wall{right.Add(time.Duration(days) * 24 * time.Hour), right} {
			w.base = base
			w.start(1)
			w.submit(1, toNode(2), bundle.Routine, "first")
			w.submit(1, toNode(2), bundle.Routine, "second")
		}
		seen := make(map[bundle.ID]bool)
		for i, a := range w.nodes[1].taken {
			if seen[a.Message.ID] {
				t.Errorf("%d days: number %v was used twice", days, a.Message.ID)
			}
			seen[a.Message.ID] = true
			if data, ok := w.nodes[1].store.Get(idKey(prefixBundle, a.Message.ID)); ok && i >= 3 {
				w.speak(1, 2, uint32(7000+i), frame.Item{Kind: frame.KindBundle, Body: data})
			}
		}
		if got := texts(w.nodes[2].got); len(got) != 2 {
			t.Errorf("%d days: %q were taken", days, got)
		}
	}
}
