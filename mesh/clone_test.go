package mesh

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio/frame"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/mem"
)

// clone adds a machine with the identity and a copy of the store of a node. In
// the world it goes by another number.
func (w *world) clone(num, as ident.Number) {
	w.t.Helper()
	m := w.nodes[num]
	copied, batch := mem.New(), new(store.Batch)
	m.store.Scan(nil, nil, func(k, v []byte) bool {
		batch.Put(bytes.Clone(k), bytes.Clone(v))
		return true
	})
	if err := copied.Commit(batch); err != nil {
		w.t.Fatal(err)
	}
	c := &member{num: as, cfg: m.cfg, store: copied, links: make(map[int]*channel)}
	c.cfg.View, c.cfg.Jitter = copied, rand.New(rand.NewPCG(uint64(as), 7))
	w.nodes[as] = c
	w.order = append(w.order, as)
	w.start(as)
}

func (w *world) alarms(num ident.Number) (list []string) {
	for _, a := range w.nodes[num].node.Status().Alarms {
		list = append(list, a.What)
	}
	return list
}

func (w *world) alarmed(num ident.Number, what string) bool {
	for _, a := range w.nodes[num].node.Status().Alarms {
		if a.What == what && a.Node == w.nodes[num].cfg.Self && a.Detail != "" {
			return true
		}
	}
	return false
}

// TestTwoMachinesWithOneNumber: both notice, both stop sending what is new, and
// both go on carrying what others send.
func TestTwoMachinesWithOneNumber(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, "before")
	w.run(time.Minute)
	w.clone(1, 9)
	for i, num := range []ident.Number{1, 2, 9} {
		if i == 0 {
			w.chans[0].members = nil
		}
		w.chans[0].members = append(w.chans[0].members, num)
	}
	w.nodes[9].links[0] = w.chans[0]
	w.start(9)
	w.run(10 * time.Minute)
	for _, num := range []ident.Number{1, 9} {
		if !w.alarmed(num, AlarmClone) {
			t.Errorf("machine %d: alarms %q", num, w.alarms(num))
		}
		w.submit(num, toAll, bundle.Flash, "which of us?")
		if denied := w.nodes[num].denied; len(denied) != 1 || !errors.Is(denied[0].Err, ErrClone) {
			t.Errorf("machine %d: refused %v", num, denied)
		}
	}
	if len(w.alarms(2)) != 0 {
		t.Errorf("node 2: alarms %q", w.alarms(2))
	}
	w.submit(2, toNode(3), bundle.Routine, "carry this")
	w.run(5 * time.Minute)
	if it := w.nodes[1].node.live.get(w.nodes[2].taken[0].Message.ID); it == nil {
		t.Error("it no longer carries what others send")
	}
	last := w.nodes[1].node.audits
	if events := Audit(w.nodes[1].store, 0, 100); len(events) == 0 || last == 0 || !hasAction(events, ActionAlarm) {
		t.Errorf("no audit event among %d", len(events))
	}
	w.start(1) // by the operator, who has switched the other off
	w.chans[0].members = []ident.Number{1, 2}
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, "I am the one")
	if got := len(w.nodes[1].taken); got != 2 {
		t.Errorf("%d messages taken after the restart, alarms %q", got, w.alarms(1))
	}
}

func hasAction(events []AuditEvent, a Action) bool {
	for _, e := range events {
		if e.Action == a {
			return true
		}
	}
	return false
}

// TestAMemberCannotSilenceAnother: a frame under its number is an alarm and no
// more, and its own challenge sent back to it proves nothing.
func TestAMemberCannotSilenceAnother(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	n := w.nodes[1].node
	for i := range uint32(20) {
		c := frame.Challenge{Nonce: n.links[0].nonce, To: []ident.Number{1}}
		if i%2 == 1 {
			c.Nonce[0]++
		}
		first := len(w.nodes[1].frames)
		w.hear(1, w.under(1, 5000+i, frame.Item{Kind: frame.KindChallenge, Body: c.Append(nil)}))
		w.run(2 * time.Minute)
		for _, f := range w.nodes[1].frames[first:] {
			opened, _ := openSent(n, f.Data)
			for _, item := range opened.Items {
				if item.Kind == frame.KindChallenge && item.Body[0] == 1 {
					if i%2 == 0 {
						t.Fatal("it answered its own nonce")
					}
					w.hear(1, w.under(1, 6000+i, item))
				}
			}
		}
	}
	if !w.alarmed(1, AlarmNumber) || w.alarmed(1, AlarmClone) {
		t.Errorf("alarms %q", w.alarms(1))
	}
	w.submit(1, toAll, bundle.Flash, "still here")
	if len(w.nodes[1].taken) != 1 {
		t.Errorf("refused: %v", w.nodes[1].denied)
	}
}

// TestEchoesOfOwnFramesAreNoAlarm: neither through a second radio, nor those of
// an earlier life, which an outsider recorded.
func TestEchoesOfOwnFramesAreNoAlarm(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, "hello")
	w.run(time.Minute)
	old := len(w.nodes[1].frames)
	for _, f := range w.nodes[1].frames {
		w.hear(1, f.Data)
	}
	if got := w.counter(1, countEcho); got != uint64(old) {
		t.Errorf("%d of %d own frames known again", got, old)
	}
	w.start(1)
	for _, f := range w.nodes[1].frames[:old] {
		w.hear(1, f.Data)
		w.run(time.Second)
	}
	w.run(time.Minute)
	if got := w.alarms(1); len(got) != 0 {
		t.Errorf("alarms %q", got)
	}
}

// TestABundleSignedElsewhereIsProof: but one of the time before this life may be
// this node's own, from before its store was restored.
func TestABundleSignedElsewhereIsProof(t *testing.T) {
	for _, c := range []struct {
		name    string
		created time.Duration
		by      ident.Number
		signed  bool
		want    bool
	}{
		{"of this life", time.Minute, 1, true, true},
		{"from before", -time.Hour, 1, true, false},
		{"unsigned", time.Minute, 1, false, false},
		{"signed by another", time.Minute, 2, true, false},
	} {
		w := newWorld(t, 3)
		w.channel(radio1200, 0, 1, 2)
		w.run(2 * time.Minute)
		b := w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 500}, To: toAll, Signed: c.signed, Precedence: bundle.Routine, Created: w.base.Add(c.created)}, "x")
		if c.by != 1 {
			b.Signature[0] ^= 1
		}
		w.speak(2, 1, 7000, bundleItem(b))
		if got := w.alarmed(1, AlarmClone); got != c.want {
			t.Errorf("%s: alarm %v", c.name, got)
		}
	}
}

// TestOwnFramesAgainstAList compares what a node knows again with a list of all
// that it sent.
func TestOwnFramesAgainstAList(t *testing.T) {
	const seed = 8
	rng := rand.New(rand.NewPCG(seed, 0))
	n := &Node{start: 500, counter: 500}
	sent := map[uint32][]byte{}
	for range 3000 {
		n.counter++
		tag := []byte{byte(rng.Uint32()), byte(rng.Uint32()), 1, 2, 3, 4, 5}
		sent[n.counter] = tag
		n.sent(n.counter, tag)
		c := uint32(max(0, int(n.counter)-rng.IntN(2*ownFrames)+rng.IntN(10)))
		own, strange := n.knows(c, sent[c])
		if c > n.counter || c <= n.start {
			own, strange = n.knows(c, tag)
		}
		remembered := sent[c] != nil && c+ownFrames > n.counter
		if own != remembered || strange != (c > n.counter) {
			t.Fatalf("seed %d: frame %d of %d: own %v, strange %v", seed, c, n.counter, own, strange)
		}
		if _, strange := n.knows(c, []byte{9, 9, 9, 9, 9, 9}); strange != (remembered || c > n.counter) {
			t.Fatalf("seed %d: another frame %d of %d: strange %v", seed, c, n.counter, strange)
		}
	}
}
