package seal

import (
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

func TestPairMAC(t *testing.T) {
	w := newWorld(t, 3)
	a, b, c := w.keysOf(1), w.keysOf(2), w.keysOf(3)
	id, hash := []byte("12345"), []byte("0123456789abcdef")
	want, err := a.PairMAC(2, LabelAccept, id, hash)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.PairMAC(1, LabelAccept, id, hash); err != nil || got != want {
		t.Errorf("the other end has %x, %v, want %x", got, err, want)
	}
	seen := map[[TagSize]byte]string{want: "the original"}
	for name, mac := range map[string]func() ([TagSize]byte, error){
		"another peer":     func() ([TagSize]byte, error) { return a.PairMAC(3, LabelAccept, id, hash) },
		"another pair":     func() ([TagSize]byte, error) { return c.PairMAC(2, LabelAccept, id, hash) },
		"another label":    func() ([TagSize]byte, error) { return a.PairMAC(2, LabelFrame, id, hash) },
		"another part":     func() ([TagSize]byte, error) { return a.PairMAC(2, LabelAccept, id, []byte("0123456789abcdeg")) },
		"parts joined":     func() ([TagSize]byte, error) { return a.PairMAC(2, LabelAccept, append(id[:5:5], hash...)) },
		"a byte moved":     func() ([TagSize]byte, error) { return a.PairMAC(2, LabelAccept, append(id[:5:5], hash[0]), hash[1:]) },
		"an empty part":    func() ([TagSize]byte, error) { return a.PairMAC(2, LabelAccept, id, hash, nil) },
		"no part":          func() ([TagSize]byte, error) { return a.PairMAC(2, LabelAccept) },
		"label into parts": func() ([TagSize]byte, error) { return a.PairMAC(2, "", []byte(LabelAccept), id, hash) },
	} {
		got, err := mac()
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%s has the MAC of %s", name, other)
		}
		seen[got] = name
	}
	for peer, want := range map[ident.Number]error{1: ErrNotParty, 9: ErrUnknownNode} {
		if _, err := a.PairMAC(peer, LabelAccept); !errors.Is(err, want) {
			t.Errorf("peer %d: %v", peer, err)
		}
	}
}
