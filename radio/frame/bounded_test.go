package frame

import (
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/internal/vectors"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// TestBoundedDecoding: no item of a frame makes a node allocate more than a few
// times its length. An id is 5 bytes on the air and 8 in memory.
func TestBoundedDecoding(t *testing.T) {
	id := bundle.ID{Origin: 3, Day: today, Seq: 5}
	sound := [][]byte{
		helloBody(3), Accept{To: 9, IDs: []bundle.ID{id}}.Append(nil), Receipt{ID: id}.Append(nil),
		Need{To: 9, More: []int{1}}.Append(nil), Need{To: 9, More: []int{0, 64}}.Append(nil),
		Challenge{To: []ident.Number{1, 2}}.Append(nil), Echo{To: 1}.Append(nil),
		Hearing{Of: []Reception{{Node: 1}, {Node: 2}}}.Append(nil),
		Fragment{Transfer: 1, Index: 200, Count: 300, Data: []byte("abc")}.Append(nil),
		KeyHello{Serial: 1}.Append(nil), KeyAsk{To: 1, Serial: 1, Parts: []int{0, 9}}.Append(nil), KeyPart{Serial: 1, Piece: 1, Pieces: 2, Data: []byte("x")}.Append(nil),
	}
	for _, dir := range []string{"testdata/vectors", "testdata/items"} {
		for _, f := range vectors.Read(t, dir) {
			sound = append(sound, f.Data)
		}
	}
	for name, decode := range map[string]func([]byte){
		"DecodeHello":     func(b []byte) { _, _ = DecodeHello(b) },
		"DecodeAccept":    func(b []byte) { _, _ = DecodeAccept(b, today) },
		"DecodeReceipt":   func(b []byte) { _, _ = DecodeReceipt(b, today) },
		"DecodeNeed":      func(b []byte) { _, _ = DecodeNeed(b) },
		"DecodeChallenge": func(b []byte) { _, _, _ = DecodeChallenge(b) },
		"DecodeHearing":   func(b []byte) { _, _ = DecodeHearing(b) },
		"DecodeFragment":  func(b []byte) { _, _ = DecodeFragment(b) },
		"Reassembler.Add": func(b []byte) {
			if f, err := DecodeFragment(b); err == nil {
				_, _, _ = NewReassembler(0).Add(1, 5, f)
			}
		},
		"DecodeKeyHello": func(b []byte) { _, _ = DecodeKeyHello(b) },
		"DecodeKeyAsk":   func(b []byte) { _, _ = DecodeKeyAsk(b) },
		"DecodeKeyPart":  func(b []byte) { _, _ = DecodeKeyPart(b) },
	} {
		t.Run(name, func(t *testing.T) { bound.Bound{Times: 16, Plus: 24 << 10}.Decoding(t, decode, sound...) })
	}
}

// TestBoundedOpening: a frame opens or not, and takes its length and the key's room.
func TestBoundedOpening(t *testing.T) {
	keys := []*Key{testKey(1), testKey(2), NewBootstrapKey(linkKey(3))}
	set := NewKeySet(keys...)
	sound := [][]byte{sealPlain(keys[0], 0, []byte("\x00\x01\x00\x01 some plain text"))}
	bound.Bound{Times: 16, Plus: 16 << 10}.Decoding(t, func(b []byte) { _, _, _ = NewReceiver().Open(set, b) }, sound...)
}
