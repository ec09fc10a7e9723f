package mesh

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// bring has a node join with a network file that holds blocks.
func (w *world) bring(num ident.Number, blocks ...*keyblock.Block) {
	m := w.nodes[num]
	m.cfg.Trust.Blocks = blocks
	w.step(m, NewRoster{Trust: m.cfg.Trust, By: "test"})
}

func (w *world) today() clock.Day { return w.reading().Wall.Day() }

func (w *world) serials(want uint32, nums ...ident.Number) {
	w.t.Helper()
	for _, num := range nums {
		if got := w.nodes[num].node.ring.Newest(); got != want {
			w.t.Errorf("node %d has key block %d, want %d", num, got, want)
		}
	}
}

func line(t *testing.T, count int, p radio.Profile) *world {
	w := newWorld(t, count)
	for i := 1; i < count; i++ {
		w.channel(p, i-1, ident.Number(i), ident.Number(i+1))
	}
	w.run(2 * time.Minute)
	return w
}

// One node gets the block from a USB stick; all others move, over four hops and
// any MTU, and go on talking. The revoked node, in the middle of the line's end,
// learns that it is revoked, and reads and says nothing more.
func TestKeyBlockSpreadsAndLocksOut(t *testing.T) {
	for _, mtu := range []int{radio.MinMTU, 100, 220, 255} {
		t.Run(fmt.Sprint(mtu), func(t *testing.T) {
			p := radio1200
			p.MTU = mtu
			w := line(t, 6, p)
			thief := w.nodes[6]
			w.bring(1, w.next(w.today(), 6))
			w.run(30 * time.Minute)
			w.serials(2, 1, 2, 3, 4, 5)
			w.serials(1, 6)
			w.submit(1, toAll, bundle.Routine, "under the new keys")
			w.run(30 * time.Minute)
			for _, num := range []ident.Number{2, 3, 4, 5} {
				if got := texts(w.nodes[num].got); !slices.Equal(got, []string{"under the new keys"}) {
					t.Errorf("node %d got %q", num, got)
				}
			}
			if got := texts(thief.got); len(got) != 0 {
				t.Errorf("the revoked node got %q", got)
			}
			w.submit(6, toAll, bundle.Routine, "from the thief")
			if len(thief.denied) != 1 || !errors.Is(thief.denied[0].Err, ErrExcluded) {
				t.Errorf("its user is told %+v", thief.denied)
			}
			thief.node.revoked = nil // he changes his program
			w.submit(6, toAll, bundle.Routine, "from the thief")
			w.run(10 * time.Minute)
			for _, num := range []ident.Number{1, 2, 3, 4, 5} {
				if got := texts(w.nodes[num].got); slices.Contains(got, "from the thief") {
					t.Errorf("node %d shows %q", num, got)
				}
			}
			m, _ := Find(w.nodes[1].store, w.nodes[1].taken[0].Message.ID)
			if m.State != Delivered {
				t.Errorf("the record says %v: the revoked node is still waited for", m.State)
			}
			w.sound()
		})
	}
}

// A node sleeps through ten blocks. It fetches all of them when it comes back,
// and opens what was sealed under those that it skipped.
func TestWhoSleptThroughTenBlocksCatchesUp(t *testing.T) {
	w := line(t, 3, radio1200)
	sleeper := w.nodes[3]
	sleeper.deaf = true
	for i := range 10 {
		w.bring(1, append(w.nodes[1].cfg.Trust.Blocks, w.next(w.today()))...)
		w.run(10 * time.Minute)
		w.submit(1, toNode(3), bundle.Routine, fmt.Sprint("under block ", i+2))
		w.run(10 * time.Minute)
	}
	w.serials(11, 1, 2)
	w.serials(1, 3)
	sleeper.deaf = false
	w.run(2 * time.Hour)
	w.serials(11, 3)
	got := texts(sleeper.got)
	slices.Sort(got)
	want := []string{}
	for i := range 10 {
		want = append(want, fmt.Sprint("under block ", i+2))
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	w.sound()
}

// Power is cut in the moment in which a block is taken, between any two effects:
// the node starts again with the keys before or after it, and gets there.
func TestKeyBlockSurvivesPowerCuts(t *testing.T) {
	for spare := range 12 {
		w := line(t, 3, radio1200)
		b := w.next(w.today(), 3)
		m := w.nodes[2]
		m.spare, m.mortal = spare, true
		w.bring(2, b)
		m.mortal = false
		m.cfg.Trust.Blocks = nil // the network file is gone, too
		w.start(2)
		if len(m.node.block(2)) == 0 {
			w.bring(1, b) // and node 2 asks for what it cannot have
		}
		w.run(time.Hour)
		w.serials(2, 1, 2)
		if !m.node.excluded(3) || !w.nodes[1].node.excluded(3) {
			t.Errorf("after %d effects the revocation is forgotten", spare)
		}
		w.sound()
	}
}

// What an outsider sends costs no airtime: nodes that hear thousands of his frames
// send what nodes send that hear none.
func TestNoiseCallsForthNothing(t *testing.T) {
	sent := func(noise int) (frames int) {
		w := line(t, 2, radio1200)
		for i := range noise {
			data := make([]byte, 20+i%200)
			for j := range data {
				data[j] = byte(i*31 + j*7 + i>>8)
			}
			w.step(w.nodes[2], LinkEvent{Link: 0, Event: radio.Heard{Data: data}})
		}
		w.run(time.Hour)
		return len(w.nodes[1].frames) + len(w.nodes[2].frames)
	}
	// It holds the channel for a moment, and what is drawn by lot after that is drawn
	// otherwise: a few frames more or less, and not one for each of his.
	if quiet, noisy := sent(0), sent(3000); noisy > quiet+quiet/20 {
		t.Errorf("%d frames in an hour, %d after noise", quiet, noisy)
	}
}

// A revoked node tells of blocks that do not exist, all the time. What its hellos
// call forth is no more than three times their size, and the true block is
// fetched all the same.
func TestInventedBlocksCallForthLittle(t *testing.T) {
	w := line(t, 2, radio1200)
	victim := w.nodes[2]
	victim.deaf = true // to the push of the true block
	w.bring(1, w.next(w.today()))
	w.run(5 * time.Minute)
	victim.deaf = false
	said, frames := 0, len(victim.frames)
	for i := range 200 {
		h := frame.KeyHello{Serial: 1000 + uint32(i), Day: w.today()}
		data := frame.Seal(victim.node.frameKeys().boot, frame.Frame{From: 9, Counter: uint32(i + 1), Items: []frame.Item{{Kind: frame.KindKeyHello, Body: h.Append(nil)}}})
		said += len(data)
		w.step(victim, LinkEvent{Link: 0, Event: radio.Heard{Data: data}})
		w.run(20 * time.Second)
	}
	asked := 0
	for _, f := range victim.frames[frames:] {
		if opened, err := openSent(victim.node, f.Data); err == nil && opened.Items[0].Kind == frame.KindKeyAsk {
			asked += len(f.Data)
		}
	}
	if asked > 3*said {
		t.Errorf("%d bytes of requests for %d bytes of hellos", asked, said)
	}
	w.serials(2, 2)
}
