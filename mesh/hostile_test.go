package mesh

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/frame"
)

// speak has node from transmit items on the link of node to, as a member that
// does not keep the rules would.
func (w *world) speak(from, to ident.Number, counter uint32, items ...frame.Item) {
	data := frame.Seal(w.nodes[from].node.frameKeys().seal, frame.Frame{From: from, Counter: counter, Items: items})
	w.step(w.nodes[to], LinkEvent{Link: 0, Event: radio.Heard{Data: data}})
}

// forge composes a bundle under node by's keys with the given header.
func (w *world) forge(by ident.Number, h bundle.Header, text string) *bundle.Bundle {
	w.t.Helper()
	return w.forgeContent(by, h, bundle.Content{Body: []byte(text)})
}

func (w *world) forgeContent(by ident.Number, h bundle.Header, c bundle.Content) *bundle.Bundle {
	w.t.Helper()
	m := w.nodes[by]
	if h.Lifetime == 0 {
		h.Lifetime = bundle.DefaultLifetime(h.Precedence)
	}
	if h.Created == 0 {
		h.Created = w.reading().Wall
	}
	h.ID.Day = h.Created.Day()
	b, err := bundle.Compose(m.keys(), m.cfg.Private, h, c)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func bundleItem(b *bundle.Bundle) frame.Item {
	return frame.Item{Kind: frame.KindBundle, Body: b.Encode()}
}

func TestBadFramesAreCountedByReason(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	good := w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 9}, To: toAll, Signed: true, Precedence: bundle.Routine}, "good")
	sealed := frame.Seal(w.nodes[1].node.frameKeys().seal, frame.Frame{From: 1, Counter: 5000, Items: []frame.Item{bundleItem(good)}})
	flipped := bytes.Clone(sealed)
	flipped[20] ^= 1
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, countTruncated},
		{"five bytes", sealed[:5], countTruncated},
		{"cut", sealed[:len(sealed)-1], countUnauthentic},
		{"longer", append(bytes.Clone(sealed), 0), countUnauthentic},
		{"one bit", flipped, countUnauthentic},
		{"too long for any link", make([]byte, radio.MaxMTU+1), countTruncated},
		{"the good one", sealed, countBundleTaken},
		{"replayed", sealed, countReplayed},
	} {
		before := w.counter(2, c.want)
		w.step(w.nodes[2], LinkEvent{Link: 0, Event: radio.Heard{Data: c.data}})
		if got := w.counter(2, c.want); got != before+1 {
			t.Errorf("%s: %q counted %d times, want once; all: %v", c.name, c.want, got-before, w.nodes[2].node.Status().Counters)
		}
	}
	if got := texts(w.nodes[2].got); len(got) != 1 {
		t.Errorf("delivered %q", got)
	}
}

func TestBadBundlesAreCountedByReason(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	r := bundle.Routine
	old := w.base.Add(-10 * 24 * time.Hour)
	signed := w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 1}, To: toAll, Signed: true, Precedence: r}, "x")
	badSign := *signed
	badSign.Signature[3] ^= 1
	tag := w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 2}, To: toAll, Precedence: r}, "x")
	tag.Tag[0] ^= 1
	version := signed.Encode()
	version[0] |= 1 << 6
	for i, c := range []struct {
		name string
		body []byte
		want string
	}{
		{"truncated", signed.Encode()[:12], countBundleBad},
		{"unknown version", version, countBundleVersion},
		{"oversized", append([]byte{signed.Encode()[0]}, make([]byte, bundle.MaxSize)...), countBundleSize},
		{"bad signature", badSign.Encode(), countBundleSign},
		{"bad seal", tag.Encode(), countBundleSeal},
		{"expired", w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 3}, To: toAll, Precedence: r, Created: old}, "x").Encode(), countBundleExpired},
		{"flash without signature", w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 4}, To: toAll, Precedence: bundle.Flash}, "x").Encode(), countBundleRight},
		{"flash without the right", w.forge(3, bundle.Header{ID: bundle.ID{Origin: 3, Seq: 5}, To: toAll, Precedence: bundle.Flash, Signed: true}, "x").Encode(), countBundleRight},
		{"mis-addressed", misaddressed(w).Encode(), countBundleTo},
		{"unknown origin", unknownOrigin(signed), countBundleOrigin},
	} {
		before := w.counter(2, c.want)
		w.speak(1, 2, uint32(6000+i), frame.Item{Kind: frame.KindBundle, Body: c.body})
		if got := w.counter(2, c.want); got != before+1 {
			t.Errorf("%s: %q counted %d times, want once; all: %v", c.name, c.want, got-before, w.nodes[2].node.Status().Counters)
		}
	}
	if s := w.nodes[2].node.Status(); s.Live != 0 || len(w.nodes[2].got) != 0 {
		t.Errorf("something bad was kept: live %d, delivered %q", s.Live, texts(w.nodes[2].got))
	}
}

func misaddressed(w *world) *bundle.Bundle {
	b := *w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 7}, To: toNode(3), Precedence: bundle.Routine}, "x")
	b.To.Node = 77
	return &b
}

func unknownOrigin(b *bundle.Bundle) []byte {
	data := b.Encode()
	data[1], data[2] = 0, 99
	return data
}

func TestAMemberCannotForgeTheReceiptOfAnother(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	w.nodes[2].deaf = true // so that no true receipt comes
	w.submit(1, toNode(3), bundle.Routine, "for three alone")
	id := w.nodes[1].taken[0].Message.ID
	w.speak(2, 1, 7000, frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: id, T: [8]byte{1, 2, 3}}.Append(nil)})
	if got := w.counter(1, countReceiptForged); got != 1 {
		t.Errorf("forged receipt counted %d times", got)
	}
	m, _ := Find(w.nodes[1].store, id)
	if m.State == Delivered || w.nodes[1].node.Status().Live != 1 {
		t.Errorf("the forged receipt was believed: %v", m.State)
	}
}

func TestAMemberCannotForgeTheAcceptanceOfAnother(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2, 3)
	w.run(20 * time.Second)
	w.nodes[2].deaf, w.nodes[3].deaf = true, true
	w.submit(1, toAll, bundle.Routine, "who has it?")
	id := w.nodes[1].taken[0].Message.ID
	w.speak(2, 1, 7000, frame.Item{Kind: frame.KindAccept, Body: frame.Accept{To: 1, IDs: []bundle.ID{id}, MAC: [8]byte{9}}.Append(nil)})
	if got := w.counter(1, countAcceptForged); got != 1 {
		t.Errorf("forged acceptance counted %d times", got)
	}
	if m, _ := Find(w.nodes[1].store, id); len(m.Held) != 0 {
		t.Errorf("the forged acceptance was believed: %v", m.Held)
	}
}

func TestAForgedReceiptDoesNotKeepTheBundleAway(t *testing.T) {
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	b := w.forge(1, bundle.Header{ID: bundle.ID{Origin: 1, Seq: 40}, To: toNode(3), Precedence: bundle.Routine}, "x")
	w.speak(1, 2, 7000, frame.Item{Kind: frame.KindReceipt, Body: frame.Receipt{ID: b.ID, T: [8]byte{1}}.Append(nil)})
	w.speak(1, 2, 7001, bundleItem(b))
	if !w.nodes[2].node.vectors.Have(b.ID) || w.nodes[2].node.live.get(b.ID) == nil {
		t.Error("the bundle was refused on account of an unproven receipt")
	}
	if w.counter(2, countReceiptForged) != 1 {
		t.Error("the forged receipt was not counted")
	}
}

func TestExpiryIsKeptAndWaitsForCertainty(t *testing.T) {
	w := newWorld(t, 2)
	w.step(w.nodes[1], Submit{Ref: 1, To: toNode(2), Precedence: bundle.Routine, Text: "short", Lifetime: 10 * time.Minute})
	id := w.nodes[1].taken[0].Message.ID
	unsure := w.reading()
	unsure.Wall = unsure.Wall.Add(11 * time.Minute)
	unsure.Bound = time.Hour
	w.nodes[1].node.Step(unsure, Wake{})
	if w.nodes[1].node.live.get(id) == nil {
		t.Fatal("a bundle expired that the clock could not prove dead")
	}
	w.step(w.nodes[1], Wake{}) // the clock is sure of itself again
	w.run(11 * time.Minute)
	if m, _ := Find(w.nodes[1].store, id); m.State != Expired {
		t.Errorf("state is %v after its lifetime", m.State)
	}
	if f := Check(w.nodes[1].store, 1); len(f.Problems) > 0 {
		t.Errorf("check: %v", f.Problems)
	}
}

func TestRandomItemsNeverPanic(t *testing.T) {
	seed := uint64(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix())
	rng := rand.New(rand.NewPCG(seed, 1))
	w := newWorld(t, 3)
	w.channel(radio1200, 0, 1, 2)
	for i := range 20_000 {
		body := make([]byte, rng.IntN(60))
		for j := range body {
			body[j] = byte(rng.Uint32())
		}
		if rng.IntN(2) == 0 && len(body) > 4 {
			copy(body, []byte{0, 1, 0, 2, byte(w.base.Day() % 32)})
		}
		kind := frame.Kind(1 + rng.IntN(15))
		if kind >= frame.KindKeyHello && kind <= frame.KindKeyAsk {
			kind = frame.KindChallenge // those travel under another key
		}
		w.speak(1, 2, uint32(8000+i), frame.Item{Kind: kind, Body: body})
		if i%100 == 0 {
			w.now = w.now.Add(time.Second)
			w.step(w.nodes[2], Wake{})
		}
	}
	if f := Check(w.nodes[2].store, 2); len(f.Problems) > 0 {
		t.Errorf("seed %d: check: %v", seed, f.Problems)
	}
}

func TestNothingUnsealedInAnyFrame(t *testing.T) {
	w := newWorld(t, 2)
	w.channel(radio1200, 0, 1, 2)
	w.run(20 * time.Second)
	w.submit(1, toAll, bundle.Flash, "MARKER-IN-PLAIN-TEXT")
	w.submit(2, toNode(1), bundle.Routine, "MARKER-IN-PLAIN-TEXT")
	w.run(time.Minute)
	for _, num := range w.order {
		for _, f := range w.nodes[num].frames {
			if strings.Contains(string(f.Data), "MARKER") {
				t.Fatalf("a frame of node %d shows plain text", num)
			}
		}
	}
}
