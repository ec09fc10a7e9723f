package mesh

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// under seals items under another member's number, as any member can.
func (w *world) under(num ident.Number, counter uint32, items ...frame.Item) []byte {
	return frame.Seal(w.nodes[2].node.frameKeys().seal, frame.Frame{From: num, Counter: counter, Items: items})
}

func (w *world) hear(num ident.Number, data []byte) {
	w.step(w.nodes[num], LinkEvent{Link: 0, Event: radio.Heard{Data: data}})
}

// sentSince counts the bytes, and the bundles, in the frames of a node from the
// given one on.
func (w *world) sentSince(num ident.Number, first int) (bytes, bundles int) {
	for _, f := range w.nodes[num].frames[first:] {
		bytes += len(f.Data)
		opened, err := openSent(w.nodes[num].node, f.Data)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, item := range opened.Items {
			if item.Kind == frame.KindBundle || item.Kind == frame.KindFragment {
				bundles++
			}
		}
	}
	return bytes, bundles
}

func emptyVector() frame.Item {
	return frame.Item{Kind: frame.KindVector, Body: routing.NewVectors().Segments(200)[0]}
}

// laden is a node 1 that holds 30 bundles, all of them known to node 2.
func laden(t *testing.T) *world {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	for i := range 30 {
		w.submit(1, toNode(3), bundle.Routine, fmt.Sprint("for three, who is away: ", i))
	}
	w.run(20 * time.Minute)
	return w
}

// TestNoAnswerBeyondThreeTimes: a member speaks for one who is away. In a world
// of its own, nothing is heard: what node 1 sends more is its answer.
func TestNoAnswerBeyondThreeTimes(t *testing.T) {
	quiet, w := laden(t), laden(t)
	first, heard := len(w.nodes[1].frames), 0
	summary := frame.Hello{Summary: 1}.Append(nil)
	need := frame.Need{To: 1, Transfer: 7, More: []int{3}}.Append(nil)
	for i := range 40 {
		data := w.under(3, uint32(i+1), emptyVector())
		if i%2 == 1 {
			data = w.under(3, uint32(i+1), frame.Item{Kind: frame.KindHello, Body: summary}, emptyVector(), frame.Item{Kind: frame.KindNeed, Body: need})
		}
		heard += len(data)
		w.hear(1, data)
		w.run(30 * time.Second)
		quiet.run(30 * time.Second)
		idle, _ := quiet.sentSince(1, first)
		sent, bundles := w.sentSince(1, first)
		const beacon = 40 // one more or less, since luck runs otherwise
		if sent-idle > budgetFactor*heard+beacon {
			t.Fatalf("after %d frames: %d bytes heard, %d bytes with %d bundles sent in answer", i+1, heard, sent-idle, bundles)
		}
	}
	if w.counter(1, countHeld) == 0 {
		t.Error("nothing was held back, so nothing was tested")
	}
}

// TestARecordingAfterARestartIsNotAnswered: an outsider repeats to a node that
// has just started what a neighbour once said.
func TestARecordingAfterARestartIsNotAnswered(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	said := w.under(2, 900, emptyVector()) // before anything was sent
	w.hear(1, said)
	recorded := [][]byte{said}
	for _, f := range w.nodes[2].frames {
		recorded = append(recorded, f.Data)
	}
	for i := range 30 {
		w.submit(1, toNode(3), bundle.Routine, fmt.Sprint("for three, who is away: ", i))
	}
	w.run(20 * time.Minute)
	c.lose = func(_, _ ident.Number, _ []byte) bool { return true }
	w.start(1)
	first, heard := len(w.nodes[1].frames), 0
	for _, data := range recorded { // from before it had the thirty
		heard += len(data)
		w.hear(1, data)
		w.run(5 * time.Second)
	}
	w.run(5 * time.Minute)
	sent, bundles := w.sentSince(1, first)
	if w.counter(1, countHeld) == 0 {
		t.Error("nothing was held back, so nothing was tested")
	}
	const beacons = 150 // by itself
	if sent > budgetFactor*heard+beacons {
		t.Errorf("%d bytes repeated, %d bytes with %d bundles sent", heard, sent, bundles)
	}
}

// TestWhoEchoesGetsAll: the first contact costs no round trip beyond the
// greeting, and neighbours are challenged once.
func TestWhoEchoesGetsAll(t *testing.T) {
	w := laden(t)
	w.submit(1, toAll, bundle.Flash, "substation 7: breaker 3 open")
	w.run(time.Minute)
	w.chans[0].members = append(w.chans[0].members, 3)
	w.nodes[3].links[0] = w.chans[0]
	before := w.items(frame.KindChallenge)
	w.start(3)
	w.run(30 * time.Second)
	if got := texts(w.nodes[3].got); !slices.Contains(got, "substation 7: breaker 3 open") {
		t.Errorf("delivered after 30 s: %q", got)
	}
	w.run(20 * time.Minute)
	if got := len(w.nodes[3].got); got != 31 {
		t.Errorf("%d messages delivered", got)
	}
	for _, num := range w.order {
		for _, other := range w.order {
			if num != other && !w.nodes[num].node.links[0].proven(other) {
				t.Errorf("node %d has no proof of node %d", num, other)
			}
		}
	}
	if got := w.items(frame.KindChallenge) - before; got > 12 { // 2 pairs, both ways, challenge and echo: 8
		t.Errorf("%d challenges and echoes for one newcomer", got)
	}
	for _, num := range w.order[1:] {
		if w.counter(num, countEchoForged) != 0 {
			t.Errorf("node %d refused an echo", num)
		}
	}
	w.sound()
}

// TestEchoesProveThemselves: neither an invented echo counts nor one that was
// heard before its maker went away.
func TestEchoesProveThemselves(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	n := w.nodes[1].node
	l := n.links[0]
	echo := func(num ident.Number, e frame.Echo, counter uint32) {
		w.hear(1, w.under(num, counter, frame.Item{Kind: frame.KindChallenge, Body: e.Append(nil)}))
	}
	echo(3, frame.Echo{To: 1, MAC: [8]byte{1}}, 7000)
	if l.proven(3) || w.counter(1, countEchoForged) != 1 {
		t.Error("an invented echo counts")
	}
	mac, err := w.nodes[3].node.echoMAC(3, 1, l.nonce)
	if err != nil {
		t.Fatal(err)
	}
	back, _ := n.echoMAC(1, 3, l.nonce)
	echo(3, frame.Echo{To: 1, MAC: back}, 7001)
	if l.proven(3) {
		t.Error("an echo turned around counts")
	}
	echo(3, frame.Echo{To: 1, MAC: mac}, 7002)
	if !l.proven(3) {
		t.Error("a true echo does not count")
	}
	n.lose(l, 3)
	echo(3, frame.Echo{To: 1, MAC: mac}, 7003)
	if l.proven(3) {
		t.Error("an echo counts after its maker was lost")
	}
}

// TestAnAcceptanceOfThisLifeIsProof: but not of a bundle that was held when the
// life began, since it may be a recording.
func TestAnAcceptanceOfThisLifeIsProof(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.submit(1, toAll, bundle.Routine, "who has it?")
	id := w.nodes[1].taken[0].Message.ID
	hash := w.nodes[1].node.candidates(id)[0].hash
	hashes := sha256.Sum256(hash[:])
	mac, err := w.nodes[3].node.acceptMAC(1, 3, 1, []bundle.ID{id}, hashes[:])
	if err != nil {
		t.Fatal(err)
	}
	acc := frame.Item{Kind: frame.KindAccept, Body: frame.Accept{To: 1, MAC: mac, IDs: []bundle.ID{id}}.Append(nil)}
	for life, want := range []bool{true, false} {
		w.hear(1, w.under(3, 7, acc))
		if got := w.nodes[1].node.links[0].proven(3); got != want || w.counter(1, countAccepted) != 1 {
			t.Errorf("life %d: proven %v, accepted %d times", life, got, w.counter(1, countAccepted))
		}
		w.start(1)
	}
}
