package seal

import (
	"bytes"
	"testing"
)

// A message key opens its message and no other of the same cipher, and does not
// open it with another text.
func TestMessageKeyOpensOneMessage(t *testing.T) {
	w := newWorld(t, 2)
	group, _ := w.keysOf(1).Group(1, serial, 1, 20000)
	pair := w.pair(1, 1, 2, 20000)
	texts := [][]byte{[]byte("one"), []byte("two"), {}}
	for i, text := range texts {
		header := []byte{byte(i)}
		tag, sealed := group.SealGroup(header, text)
		pairTag, pairSealed := pair.SealPair([]byte("id"), header, text)
		for j := range texts {
			got, ok := group.GroupKey([]byte{byte(j)}, tag).OpenGroup(tag, sealed)
			if ok != (i == j) || ok && !bytes.Equal(got, text) {
				t.Errorf("message %d with the header of %d: %q, %v", i, j, got, ok)
			}
			got, proof, ok := pair.PairKey([]byte{byte(j)}, pairTag).OpenPair([]byte("id"), pairTag, pairSealed)
			if ok != (i == j) || ok && (!bytes.Equal(got, text) || !ReceiptMatches([]byte("id"), proof, pairTag)) {
				t.Errorf("direct message %d with the header of %d: %q, %v", i, j, got, ok)
			}
		}
		if len(text) == 0 {
			continue
		}
		sealed[0] ^= 1
		if _, ok := group.GroupKey(header, tag).OpenGroup(tag, sealed); ok {
			t.Errorf("message %d opens with another text", i)
		}
	}
	one, _ := group.SealGroup([]byte{0}, texts[0])
	two, _ := group.SealGroup([]byte{1}, texts[1])
	a, b := group.GroupKey([]byte{0}, one), group.GroupKey([]byte{1}, two)
	if a.MAC == b.MAC || a.Text == b.Text || a.MAC == a.Text {
		t.Error("two messages share a key")
	}
}
