package mesh

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/routing"
)

// longText takes 17 fragments on the radio of these tests.
var longText = strings.Repeat("long text ", 390)

const longPieces = 17

// lossy loses frames on every path by itself.
func (c *channel) lossy(seed uint64, percent int) {
	luck := rand.New(rand.NewPCG(seed, 5))
	c.lose = func(_, _ ident.Number, _ []byte) bool { return luck.IntN(100) < percent }
}

// fragments returns those that a node sent, from the given frame on.
func (w *world) fragments(num ident.Number, first int) (list []frame.Fragment) {
	for _, sent := range w.nodes[num].frames[first:] {
		f, err := openSent(w.nodes[num].node, sent.Data)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, it := range f.Items {
			if it.Kind != frame.KindFragment {
				continue
			}
			p, err := frame.DecodeFragment(it.Body)
			if err != nil {
				w.t.Fatal(err)
			}
			list = append(list, p)
		}
	}
	return list
}

// TestFragmentsOverALossyRadio: five listeners, of whom each loses others; all have
// the text with not many more fragments than a perfect code takes, and few requests.
func TestFragmentsOverALossyRadio(t *testing.T) {
	seeds := 8
	if testing.Short() {
		seeds = 2
	}
	fragments, needs := 0, 0
	for seed := range uint64(seeds) {
		w := newWorld(t, 6)
		p := radio1200
		p.Listens = true // as packet modems do
		c := w.channel(p, 0, w.order...)
		w.run(2 * time.Minute)
		c.lossy(seed, 20)
		w.submit(1, toAll, bundle.Routine, longText)
		w.run(15 * time.Minute)
		for _, num := range w.order[1:] {
			if got := texts(w.nodes[num].got); len(got) != 1 || got[0] != longText {
				t.Fatalf("seed %d: node %d has %d texts", seed, num, len(got))
			}
		}
		fragments += w.items(frame.KindFragment)
		needs += w.items(frame.KindNeed)
		w.sound()
	}
	// A perfect code takes 24 for five listeners.
	t.Logf("%d fragments and %d requests on average", fragments/seeds, needs/seeds)
	if fragments > 36*seeds || needs > 10*seeds {
		t.Errorf("%d fragments and %d requests on average", fragments/seeds, needs/seeds)
	}
}

// TestWhoHasTheBundleAsksNobody: another sends a few fragments of what both have.
func TestWhoHasTheBundleAsksNobody(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, longText)
	w.run(5 * time.Minute)
	w.start(2) // so that it does not remember the transfer
	w.run(5 * time.Minute)
	p := w.fragments(1, 0)[3]
	accepts, asked := w.items(frame.KindAccept), w.items(frame.KindNeed)
	w.speak(1, 2, 7000, frame.Item{Kind: frame.KindFragment, Body: p.Append(nil)})
	w.run(10 * time.Minute)
	if got := w.items(frame.KindNeed); got != asked {
		t.Errorf("%d requests for what it has", got-asked)
	}
	if w.items(frame.KindAccept) == accepts {
		t.Error("not accepted")
	}
}

// TestARelayLetsTheSenderFinish: it has the bundle first, and two others lack some.
func TestARelayLetsTheSenderFinish(t *testing.T) {
	w := newWorld(t, 4)
	c := w.channel(radio1200, 0, w.order...)
	w.run(2 * time.Minute)
	count := 0
	c.lose = func(from, to ident.Number, data []byte) bool {
		if from == 1 && to > 2 && len(data) > 200 {
			count++
			return count%5 == 0
		}
		return false
	}
	first := len(w.nodes[2].frames)
	w.submit(1, toAll, bundle.Routine, longText)
	w.run(10 * time.Minute)
	for _, num := range w.order[1:] {
		if len(w.nodes[num].got) != 1 {
			t.Errorf("node %d has not got it", num)
		}
	}
	if sent := len(w.fragments(2, first)); sent > 0 || count == 0 {
		t.Errorf("the relay sent %d fragments", sent)
	}
}

// TestGivingWayEnds: a member who says again and again that another is about to send
// keeps nobody from it.
func TestGivingWayEnds(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, longText)
	w.run(200 * time.Millisecond)
	task := w.nodes[1].node.links[0].queue.All()[0]
	name := nameOf(task.Item)
	for i := range 900 { // it fills half of the time, and the sender leaves it as much
		n := frame.Need{To: 3, Transfer: name, More: []int{1}}
		w.speak(2, 1, uint32(7000+i), frame.Item{Kind: frame.KindNeed, Body: n.Append(nil)})
		w.run(time.Second)
	}
	if got := len(w.nodes[2].got); got != 1 {
		t.Errorf("delivered %d times", got)
	}
}

// TestRequestsBuyABoundedNumberOfFragments: a member asks for all of a bundle again and
// again, and never says that it has it.
func TestRequestsBuyABoundedNumberOfFragments(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	first := len(w.nodes[1].frames)
	w.nodes[2].deaf = true
	w.submit(1, toNode(2), bundle.Routine, longText)
	w.run(10 * time.Second)
	sent := w.fragments(1, first)
	need := frame.Need{To: 1, Transfer: sent[0].Transfer, More: []int{64}}
	it := w.nodes[1].node.live.get(w.nodes[1].taken[0].Message.ID)
	for i := range uint32(300) {
		if w.nodes[1].node.links[0].queue.Get(it.Task()) == nil {
			break // it rests, until a vector asks for it
		}
		w.speak(2, 1, 7000+i, frame.Item{Kind: frame.KindNeed, Body: need.Append(nil)})
		w.run(5 * time.Second)
	}
	times := len(w.fragments(1, first)) / longPieces
	if rests := w.nodes[1].node.links[0].queue.Get(it.Task()) == nil; !rests || times < maxTimes || times > maxTimes+routing.MaxAttempts {
		t.Errorf("the bundle went out %d times", times)
	}
	w.sound()
}

// TestRestartsLoseNothingButTime: of the receiver, and of the sender, in the middle of
// a transfer. What the sender sends then is not what it sent before.
func TestRestartsLoseNothingButTime(t *testing.T) {
	for _, who := range []ident.Number{1, 2} {
		w := newWorld(t, 2)
		w.channel(radio1200, 0, 1, 2)
		w.run(time.Minute)
		first := len(w.nodes[1].frames)
		w.submit(1, toNode(2), bundle.Routine, longText)
		w.run(15 * time.Second)
		before := w.fragments(1, first)
		if len(before) < 4 || len(before) > longPieces-4 {
			t.Fatalf("%d fragments in 15 s", len(before))
		}
		first = len(w.nodes[1].frames)
		w.start(who)
		w.run(15 * time.Minute)
		if got := texts(w.nodes[2].got); len(got) != 1 || got[0] != longText {
			t.Errorf("node %d started anew: node 2 has %d texts", who, len(got))
		}
		after := w.fragments(1, first)
		if who == 1 && len(after) > longPieces-len(before)+1 {
			t.Errorf("%d fragments before the sender's restart and %d after, for %d pieces", len(before), len(after), longPieces)
		}
		w.sound()
	}
}

// TestAMemberCannotSpoilATransferForGood: it puts wrong shards into it, in the sender's
// name; a few cost a few more, and many cost time as long as they come.
func TestAMemberCannotSpoilATransferForGood(t *testing.T) {
	for name, c := range map[string]struct{ every, most int }{"one": {100, longPieces + 4}, "two": {8, longPieces + 8}, "many": {2, 8 * longPieces}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 3)
			w.channel(radio1200, 0, 1, 2)
			w.run(time.Minute)
			first := len(w.nodes[1].frames)
			w.submit(1, toNode(2), bundle.Routine, longText)
			seen, forged, read := 0, 0, first
			for start := w.now; w.now.Sub(start) < 20*time.Minute; w.run(time.Second / 2) {
				sent := w.fragments(1, read)
				read = len(w.nodes[1].frames)
				for _, f := range sent {
					if seen++; seen%c.every != 2%c.every || w.now.Sub(start) > 3*time.Minute {
						continue
					}
					f.Index = (f.Index + 7) % longPieces
					f.Data = bytes.Repeat([]byte{byte(seen)}, len(f.Data))
					w.hear(2, w.under(1, uint32(3000+seen), frame.Item{Kind: frame.KindFragment, Body: f.Append(nil)}))
					forged++
				}
			}
			if got := texts(w.nodes[2].got); len(got) != 1 || got[0] != longText {
				t.Errorf("%d texts after %d wrong shards", len(got), forged)
			}
			if forged == 0 || w.counter(2, countFragmentBad) == 0 {
				t.Errorf("%d wrong shards, %d conflicts: nothing was tested", forged, w.counter(2, countFragmentBad))
			}
			if sent := len(w.fragments(1, first)); sent > c.most {
				t.Errorf("%d fragments for %d pieces and %d wrong shards", sent, longPieces, forged)
			}
			w.sound()
		})
	}
}

// TestFragmentsComeOneAtATime: where the law lets one frame go in a while, or others get
// a word in after each, nobody forgets the first fragment before the last one comes, and
// beacons do not take the place of them all.
func TestFragmentsComeOneAtATime(t *testing.T) {
	voice := radio1200
	voice.Burst, voice.Pause = time.Second, 2*time.Minute
	for _, p := range []radio.Profile{dwell(), voice} {
		w := newWorld(t, 2)
		for _, num := range w.order {
			w.nodes[num].cfg.Trust.Blocks = []*keyblock.Block{w.last} // or they would ask each other for it
			w.start(num)
		}
		w.channel(p, 0, w.order...)
		w.run(5 * time.Minute)
		w.submit(1, toNode(2), bundle.Immediate, longText)
		w.run(4 * time.Hour)
		if got := len(w.nodes[2].got); got != 1 {
			t.Errorf("%s: %d messages in four hours, of one", p.Name, got)
		}
		w.sound()
	}
}
