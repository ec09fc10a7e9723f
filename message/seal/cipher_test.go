package seal

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

func TestGroupRoundTrip(t *testing.T) {
	const seed = 3
	r := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t, 2)
	ours, _ := w.keysOf(1).Group(1, serial, 1, 20000)
	theirs, ok := w.keysOf(2).Group(1, serial, 1, 20000)
	if !ok {
		t.Fatal("no key")
	}
	for n := range 200 {
		header, text := noise(r, n%20), noise(r, n)
		tag, sealed := ours.SealGroup(header, text)
		if len(sealed) != len(text) {
			t.Fatalf("seed %d: %d bytes sealed as %d", seed, len(text), len(sealed))
		}
		if n >= 8 && bytes.Equal(sealed, text) {
			t.Fatalf("seed %d: text is not encrypted", seed)
		}
		got, ok := theirs.OpenGroup(header, tag, sealed)
		if !ok || !bytes.Equal(got, text) {
			t.Fatalf("seed %d: %d bytes open as %x, %v", seed, n, got, ok)
		}
	}
}

func TestPairRoundTripAndReceipt(t *testing.T) {
	w := newWorld(t, 3)
	ours, theirs := w.pair(1, 1, 2, 20000), w.pair(2, 1, 2, 20000)
	id, header, text := []byte("id"), []byte("header"), []byte("Please confirm breaker 7 is open.")
	tag, sealed := ours.SealPair(id, header, text)
	got, proof, ok := theirs.OpenPair(id, header, tag, sealed)
	if !ok || !bytes.Equal(got, text) {
		t.Fatalf("opens as %q, %v", got, ok)
	}
	if !ReceiptMatches(id, proof, tag) {
		t.Error("the addressee's proof does not match")
	}
	if ReceiptMatches([]byte("ie"), proof, tag) || ReceiptMatches(id, tag, tag) || ReceiptMatches(id, proof, proof) {
		t.Error("a proof matches another id or tag")
	}
	for bit := range 64 {
		wrong := proof
		wrong[bit/8] ^= 1 << (bit % 8)
		if ReceiptMatches(id, wrong, tag) {
			t.Errorf("proof with bit %d flipped matches", bit)
		}
	}
	for name, other := range map[string]Cipher{
		"another day": w.pair(2, 1, 2, 20001), "the other direction": w.pair(2, 2, 1, 20000), "another pair": w.pair(3, 1, 3, 20000),
	} {
		if _, _, ok := other.OpenPair(id, header, tag, sealed); ok {
			t.Errorf("opens with the key of %s", name)
		}
	}
}

// A bit flipped anywhere, or a byte moved from one part to the next, is refused.
func TestOpenRefusesAnyChange(t *testing.T) {
	w := newWorld(t, 2)
	group, _ := w.keysOf(1).Group(1, serial, 1, 20000)
	pair := w.pair(1, 1, 2, 20000)
	id, header, text := []byte("id"), []byte("the header"), []byte("the text")
	groupTag, groupSealed := group.SealGroup(header, text)
	pairTag, pairSealed := pair.SealPair(id, header, text)
	if groupTag == pairTag {
		t.Error("group and pair make the same tag")
	}
	flip := func(b []byte, bit int) []byte {
		b = bytes.Clone(b)
		b[bit/8] ^= 1 << (bit % 8)
		return b
	}
	for bit := range len(header) * 8 {
		_, ok := group.OpenGroup(flip(header, bit), groupTag, groupSealed)
		_, _, ok2 := pair.OpenPair(id, flip(header, bit), pairTag, pairSealed)
		if ok || ok2 {
			t.Errorf("bit %d of the header may be flipped", bit)
		}
	}
	for bit := range len(text) * 8 {
		_, ok := group.OpenGroup(header, groupTag, flip(groupSealed, bit))
		_, _, ok2 := pair.OpenPair(id, header, pairTag, flip(pairSealed, bit))
		if ok || ok2 {
			t.Errorf("bit %d of what is sealed may be flipped", bit)
		}
	}
	for bit := range TagSize * 8 {
		_, ok := group.OpenGroup(header, [TagSize]byte(flip(groupTag[:], bit)), groupSealed)
		_, _, ok2 := pair.OpenPair(id, header, [TagSize]byte(flip(pairTag[:], bit)), pairSealed)
		if ok || ok2 {
			t.Errorf("bit %d of the tag may be flipped", bit)
		}
	}
	for bit := range len(id) * 8 {
		if _, _, ok := pair.OpenPair(flip(id, bit), header, pairTag, pairSealed); ok {
			t.Errorf("bit %d of the id may be flipped", bit)
		}
	}
	if _, ok := group.OpenGroup(header, groupTag, groupSealed[:7]); ok {
		t.Error("a shorter text opens")
	}
	moved := append(bytes.Clone(header), text[0])
	if tag, _ := group.SealGroup(moved, text[1:]); tag == groupTag {
		t.Error("a byte may move from text to header")
	}
}

// The construction is SIV: the same input gives the same output, and another
// header alone gives another nonce, so that no two texts share a key stream.
func TestSealIsDeterministicAndTheHeaderMovesTheNonce(t *testing.T) {
	w := newWorld(t, 1)
	c, _ := w.keysOf(1).Group(1, serial, 1, 20000)
	text := make([]byte, 64)
	tag, sealed := c.SealGroup([]byte{1}, text)
	tag2, sealed2 := c.SealGroup([]byte{1}, text)
	tag3, sealed3 := c.SealGroup([]byte{2}, text)
	if tag != tag2 || !bytes.Equal(sealed, sealed2) {
		t.Error("the same input gives two outputs")
	}
	if tag == tag3 || bytes.Equal(sealed[:8], sealed3[:8]) {
		t.Error("two headers share a key stream")
	}
}

func TestSealAndOpenLeaveTheirInputAlone(t *testing.T) {
	w := newWorld(t, 1)
	c, _ := w.keysOf(1).Group(1, serial, 1, 20000)
	header, text := []byte("header"), []byte("text")
	tag, sealed := c.SealGroup(header, text)
	kept := bytes.Clone(sealed)
	c.OpenGroup(header, tag, sealed)
	if string(header) != "header" || string(text) != "text" || !bytes.Equal(sealed, kept) {
		t.Error("an input changed")
	}
}

// FuzzOpenGroup: what opens is what sealing gives, and nothing else opens.
func FuzzOpenGroup(f *testing.F) {
	c, ok := newWorld(f, 1).keysOf(1).Group(1, serial, 1, 20000)
	if !ok {
		f.Fatal(errors.New("no key"))
	}
	tag, sealed := c.SealGroup([]byte("h"), []byte("text"))
	f.Add([]byte("h"), tag[:], sealed)
	f.Add([]byte{}, make([]byte, TagSize), []byte{})
	f.Fuzz(func(t *testing.T, header, tagBytes, sealed []byte) {
		var tag [TagSize]byte
		copy(tag[:], tagBytes)
		plaintext, ok := c.OpenGroup(header, tag, sealed)
		if !ok {
			if plaintext != nil {
				t.Fatal("a refused text comes out")
			}
			return
		}
		if tag2, sealed2 := c.SealGroup(header, plaintext); tag2 != tag || !bytes.Equal(sealed2, sealed) {
			t.Fatalf("%x %x opens but is not what sealing gives", tag, sealed)
		}
	})
}

// FuzzOpenPair: like FuzzOpenGroup, and the proof matches.
func FuzzOpenPair(f *testing.F) {
	c := newWorld(f, 2).pair(1, 1, 2, 20000)
	tag, sealed := c.SealPair([]byte("id"), []byte("h"), []byte("text"))
	f.Add([]byte("id"), []byte("h"), tag[:], sealed)
	f.Fuzz(func(t *testing.T, id, header, tagBytes, sealed []byte) {
		var tag [TagSize]byte
		copy(tag[:], tagBytes)
		plaintext, proof, ok := c.OpenPair(id, header, tag, sealed)
		if !ok {
			if plaintext != nil || proof != ([TagSize]byte{}) {
				t.Fatal("a refused text or its proof comes out")
			}
			return
		}
		if tag2, sealed2 := c.SealPair(id, header, plaintext); tag2 != tag || !bytes.Equal(sealed2, sealed) || !ReceiptMatches(id, proof, tag) {
			t.Fatalf("%x %x opens but is not what sealing gives", tag, sealed)
		}
	})
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
