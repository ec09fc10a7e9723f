package mesh

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// headOver composes a head of an origin over numbers of today.
func (w *world) headOver(origin ident.Number, seq uint16, first, last uint16, listed map[uint16]*bundle.Bundle) *bundle.Bundle {
	w.t.Helper()
	h := &bundle.Head{First: first, Span: int(last) - int(first) + 1}
	var hashes [][32]byte
	for s := first; s <= last; s++ {
		if b := listed[s]; b != nil {
			h.Listed = append(h.Listed, s)
			hashes = append(hashes, b.Hash())
		}
	}
	if len(hashes) > 0 {
		h.Digest = bundle.HeadDigest(hashes)
	}
	return w.forgeContent(origin, bundle.Header{
		ID: bundle.ID{Origin: origin, Seq: seq}, To: toAll, Precedence: bundle.Routine, Signed: true, NoReceipt: true,
	}, bundle.Content{Type: bundle.ContentHead, Body: h.Append(nil)})
}

// TestHeadsAgainstAModel: bundles and heads of one origin, and bundles of a poser,
// come in any order, with restarts in between. What is shown in the end is what
// somebody says who sees everything at once.
func TestHeadsAgainstAModel(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 3))
		w := newWorld(t, 3)
		w.channel(radio1200, 0, 1, 2)
		true_, want := map[uint16]*bundle.Bundle{}, map[string]Proof{}
		var all []*bundle.Bundle
		const numbers = 12
		for seq := range uint16(numbers) {
			if r.IntN(4) > 0 {
				text := fmt.Sprint("true ", seq)
				true_[seq] = w.pose(1, 1, seq, text)
				all, want[text] = append(all, true_[seq]), ByMember
			}
			for i := range max(0, r.IntN(5)-2) {
				text := fmt.Sprint("false ", seq, "/", i)
				all, want[text] = append(all, w.pose(3, 1, seq, text)), ByMember
			}
		}
		covered := [numbers]bool{}
		for first, seq := uint16(0), uint16(100); first < numbers; seq++ {
			last := min(first+uint16(r.IntN(5)), numbers-1)
			if r.IntN(4) > 0 {
				all = append(all, w.headOver(1, seq, first, last, true_))
				for s := first; s <= last; s++ {
					covered[s] = true
				}
			}
			first = last + 1
		}
		for text := range want {
			var kind string
			var seq uint16
			fmt.Sscanf(text, "%s %d", &kind, &seq)
			switch {
			case !covered[seq]:
			case kind == "true":
				want[text] = Proven
			default:
				want[text] = Contradicted
			}
		}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i, b := range all {
			w.speakOn(0, 3, 2, uint32(9000+i), bundleItem(b))
			if r.IntN(8) == 0 {
				w.start(2)
			}
		}
		if got := w.proofsOf(2); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d: shown\n%v\nwant\n%v", seed, got, want)
		}
		if left := w.nodes[2].node.proofs.count; left != 0 {
			t.Errorf("seed %d: %d heads wait for nothing", seed, left)
		}
		w.sound()
	}
}

// TestAHeadIsOwedOverACrash: the debt is durable with the message, and paid after a
// restart.
func TestAHeadIsOwedOverACrash(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.submit(1, toAll, bundle.Routine, "before the crash")
	w.run(10 * time.Second)
	if p := w.proofsOf(2)["before the crash"]; p != ByMember {
		t.Fatalf("proof %v", p)
	}
	w.start(1)
	w.run(10 * time.Minute)
	if p := w.proofsOf(2)["before the crash"]; p != Proven {
		t.Errorf("proof %v", p)
	}
	if m, _ := Find(w.nodes[1].store, w.nodes[1].taken[0].Message.ID); m.Proof != Proven || m.Head == (bundle.ID{}) {
		t.Errorf("at its author: %v by %v", m.Proof, m.Head)
	}
	w.sound()
}

// TestHeadsAreFew: what is written together is signed together.
func TestHeadsAreFew(t *testing.T) {
	for _, c := range []struct {
		name     string
		profile  radio.Profile
		messages int
		most     uint64
	}{{"radio", radio1200, 32, 3}, {"lan", radio.Profile{Name: "lan", MTU: 32 << 10, BitsPerSecond: 1e8, Secure: true, Contacts: true}, 512, 4}} {
		w := newWorld(t, 2)
		w.channel(c.profile, 0, 1, 2)
		w.run(time.Minute)
		for i := range c.messages {
			w.submit(1, toAll, bundle.Routine, fmt.Sprint("message ", i))
		}
		w.run(2 * time.Hour)
		if got := w.counter(1, countHeadSent); got == 0 || got > c.most {
			t.Errorf("%s: %d heads for %d messages, at most %d", c.name, got, c.messages, c.most)
		}
		for text, p := range w.proofsOf(2) {
			if p != Proven {
				t.Errorf("%s: %q is %v", c.name, text, p)
			}
		}
		w.sound()
	}
}

// TestAShortLifeIsSignedInTime: the head of a message that lives ten minutes goes out
// while it lives.
func TestAShortLifeIsSignedInTime(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.step(w.nodes[1], Submit{Ref: 1, To: toAll, Precedence: bundle.Immediate, Text: "soon", Lifetime: 2 * time.Minute})
	w.run(80 * time.Second)
	if p := w.proofsOf(2)["soon"]; p != Proven {
		t.Errorf("proof %v", p)
	}
}

// TestSignAllOwesNothing: what is signed at once needs no head.
func TestSignAllOwesNothing(t *testing.T) {
	w := newWorld(t, 2)
	w.nodes[1].cfg.Signing = SignAll
	w.start(1)
	w.channel(radio1200, 0, 1, 2)
	w.submit(1, toAll, bundle.Routine, "signed")
	w.run(time.Hour)
	if p := w.proofsOf(2)["signed"]; p != Proven || w.counter(1, countHeadSent) != 0 {
		t.Errorf("proof %v, %d heads", p, w.counter(1, countHeadSent))
	}
}

// TestAHeadOfAnotherSaysNothing: a member cannot sign heads for others, and one
// without a signature is none.
func TestAHeadOfAnotherSaysNothing(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	b := w.pose(1, 1, 3, "true")
	w.speakOn(0, 1, 2, 9000, bundleItem(b))
	forged := w.headOver(3, 4, 3, 3, nil) // signed by 3
	theirs := *forged
	theirs.ID.Origin = 1
	unsigned := w.forgeContent(3, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 5}, To: toAll, Precedence: bundle.Routine},
		bundle.Content{Type: bundle.ContentHead, Body: (&bundle.Head{First: 3, Span: 1}).Append(nil)})
	for i, h := range []*bundle.Bundle{forged, &theirs, unsigned} {
		w.speakOn(0, 3, 2, uint32(9001+i), bundleItem(h))
	}
	if p := w.proofsOf(2)["true"]; p != ByMember {
		t.Errorf("proof %v", p)
	}
	w.sound()
}

// TestAReceiptIsForOneVariant: a member that got the poser's message alone proves
// nothing about the true one.
func TestAReceiptIsForOneVariant(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	w.nodes[2].deaf = true
	w.submit(1, toAll, bundle.Routine, "true")
	id := w.nodes[1].taken[0].Message.ID
	false_ := w.pose(3, 1, id.Seq, "false")
	check, err := w.nodes[2].node.receiptCheck(1, 2, id, BundleHash(false_.Hash()))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		check [bundle.CheckSize]byte
		want  int
	}{{check, 0}, {[bundle.CheckSize]byte{}, 0}, {w.checkOf(2, 1, id), 1}} {
		b := w.forgeContent(2, bundle.Header{ID: bundle.ID{Origin: 2, Seq: uint16(90 + i)}, To: toNode(1), Precedence: bundle.Routine},
			bundle.Content{Type: bundle.ContentReceipts, Body: bundle.AppendReceipts(nil, []bundle.Receipt{{ID: id, Check: c.check}})})
		w.speakOn(0, 2, 1, uint32(9000+i), bundleItem(b))
		if m, _ := Find(w.nodes[1].store, id); len(m.Delivered) != c.want {
			t.Errorf("case %d: delivered to %v", i, m.Delivered)
		}
	}
}

// checkOf is the check by which a node says that it got what another wrote.
func (w *world) checkOf(by, origin ident.Number, id bundle.ID) [bundle.CheckSize]byte {
	m, _ := Find(w.nodes[origin].store, id)
	check, err := w.nodes[by].node.receiptCheck(origin, by, id, m.Hash)
	if err != nil {
		w.t.Fatal(err)
	}
	return check
}

// TestALateReceiptIsBelieved: the message expired at its sender, who did not know
// that it had arrived. The receipt that comes after that is checked, and told.
func TestALateReceiptIsBelieved(t *testing.T) {
	w := newWorld(t, 3)
	c := w.channel(radio1200, 0, 1, 2)
	w.run(time.Minute)
	c.lose = func(from, _ ident.Number, _ []byte) bool { return from == 2 }
	w.step(w.nodes[1], Submit{Ref: 1, To: toNode(2), Precedence: bundle.Routine, Text: "in time", Lifetime: 10 * time.Minute})
	id := w.nodes[1].taken[0].Message.ID
	w.run(11 * time.Minute)
	if m, _ := Find(w.nodes[1].store, id); m.State != Expired || len(w.nodes[2].got) != 1 {
		t.Fatalf("state %v, %d delivered", m.State, len(w.nodes[2].got))
	}
	w.start(1)
	forged := frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: id, T: [8]byte{1}}.Append(nil)}
	w.speakOn(0, 3, 1, 9000, forged)
	if m, _ := Find(w.nodes[1].store, id); m.State != Expired {
		t.Fatalf("state %v by a forged receipt", m.State)
	}
	c.lose = nil
	w.run(2 * time.Hour)
	if m, _ := Find(w.nodes[1].store, id); m.State != Delivered || !slices.Contains(m.Delivered, ident.Number(2)) {
		t.Errorf("state %v, delivered to %v", m.State, m.Delivered)
	}
	w.sound()
}

// TestQuarantine: what comes to a group under keys of before a revocation is kept
// and passed on, and shown once its origin signs it.
func TestQuarantine(t *testing.T) {
	w := newWorld(t, 4)
	w.channel(radio1200, 0, 1, 2)
	late := w.pose(1, 1, 3, "late, and true")
	false_ := w.pose(4, 1, 3, "late, and false")
	w.nodes[2].node.barrier = 1 << 20
	w.speakOn(0, 1, 2, 9000, bundleItem(false_))
	w.speakOn(0, 1, 2, 9001, bundleItem(late))
	if len(w.nodes[2].got) != 0 || w.nodes[2].node.Status().Live != 2 || w.counter(2, countQuarantined) != 2 {
		t.Fatalf("shown %q, live %d", texts(w.nodes[2].got), w.nodes[2].node.Status().Live)
	}
	w.start(2) // it stays in quarantine
	w.speakOn(0, 1, 2, 9002, bundleItem(w.headOver(1, 4, 3, 3, map[uint16]*bundle.Bundle{3: late})))
	if got := w.proofsOf(2); fmt.Sprint(got) != fmt.Sprint(map[string]Proof{"late, and true": Proven}) {
		t.Errorf("shown %v", got)
	}
	w.sound()
}
