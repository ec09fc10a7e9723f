package keyblock

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Everybody up to the top but the revoked opens a block, from whatever serial
// its path is at, and gets what the authority has.
func TestAllOpenButTheRevoked(t *testing.T) {
	w := newWorld(t)
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		w.tree.Height = uint8(1 + r.IntN(8))
		top := ident.Number(r.IntN(1 << w.tree.Height))
		revoked := some(r, r.IntN(int(top)/2+1), top)
		serial := w.tree.Start + r.Uint32N(4)
		b, want := w.make(t, Plan{Serial: serial, Top: top, Revoked: revoked})
		if err := b.Verify(ident.Ed25519{}, w.root.SignKey(), w.operator); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for n := ident.Number(1); n < 1<<w.tree.Height; n++ {
			got, err := b.Open(w.operator, w.path(t, n, w.tree.Start+r.Uint32N(serial-w.tree.Start+1)))
			out := n > top || slices.Contains(revoked, n)
			if out && !errors.Is(err, ErrRevoked) || !out && (err != nil || got != want) {
				t.Fatalf("seed %d: height %d, top %d, revoked %v: node %d: %v", seed, w.tree.Height, top, revoked, n, err)
			}
			if b.Revokes(n) != slices.Contains(revoked, n) {
				t.Fatalf("seed %d: node %d revoked: %v", seed, n, b.Revokes(n))
			}
		}
		if want.Serial != serial || want.First != day || want.Base != day {
			t.Fatalf("epoch %d from day %d, base %d", want.Serial, want.First, want.Base)
		}
	}
}

// A path of a later serial opens no block before it, and what was kept of a path
// for one block opens that block and no other.
func TestWhatWasSteppedPastStaysClosed(t *testing.T) {
	w := newWorld(t)
	var blocks []*Block
	for serial := w.tree.Start; serial < w.tree.Start+6; serial++ {
		b, _ := w.make(t, Plan{Serial: serial, Top: 9})
		blocks = append(blocks, b)
	}
	for i, b := range blocks {
		p := w.path(t, 4, w.tree.Start+uint32(i))
		kept := p.Opener()
		for j, other := range blocks {
			if _, err := other.Open(w.operator, p); (err == nil) != (j >= i) || err != nil && !errors.Is(err, ErrPassed) {
				t.Errorf("path for %d, block %d: %v", p.Serial, other.Serial, err)
			}
			if _, err := other.OpenWith(w.operator, kept); (err == nil) != (j == i) || err != nil && !errors.Is(err, ErrPassed) {
				t.Errorf("kept for %d, block %d: %v", kept.Serial, other.Serial, err)
			}
			// Not the serial that is written on it counts, but the keys.
			forged := kept
			forged.Serial = other.Serial
			if _, err := other.OpenWith(w.operator, forged); (err == nil) != (j == i) || err != nil && !errors.Is(err, ErrCheck) {
				t.Errorf("kept for %d, called %d: %v", kept.Serial, other.Serial, err)
			}
			late := p
			late.Serial = other.Serial
			if _, err := other.Open(w.operator, late); (err == nil) != (j == i) {
				t.Errorf("path for %d, called %d: %v", p.Serial, other.Serial, err)
			}
		}
		if _, err := b.Open(w.operator, w.path(t, 4, b.Serial+1)); !errors.Is(err, ErrPassed) {
			t.Errorf("block %d opens with the path after it: %v", b.Serial, err)
		}
	}
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	b, _ := w.make(t, Plan{Serial: 8, Top: 9, Revoked: []ident.Number{3}})
	other := w.operator
	other[0] ^= 1
	generation, height := w.path(t, 4, 8), w.path(t, 4, 8)
	generation.Generation++
	height.Height, height.Keys = 5, append(height.Keys, seal.Secret{})
	wrong := w.path(t, 4, 8)
	wrong.Keys = slices.Repeat([]seal.Secret{{1}}, len(wrong.Keys))
	ahead := w.path(t, 4, 8)
	far := *b
	far.Serial = 8 + MaxSteps + 1
	for name, c := range map[string]struct {
		b        *Block
		operator ident.OperatorID
		path     Path
		want     error
	}{
		"revoked":          {b, w.operator, w.path(t, 3, 8), ErrRevoked},
		"above the top":    {b, w.operator, w.path(t, 10, 8), ErrRevoked},
		"other operator":   {b, other, w.path(t, 4, 8), ErrCheck},
		"other generation": {b, w.operator, generation, ErrGeneration},
		"other height":     {b, w.operator, height, ErrGeneration},
		"wrong keys":       {b, w.operator, wrong, ErrCheck},
		"behind":           {b, w.operator, w.path(t, 4, 9), ErrPassed},
		"far ahead":        {&far, w.operator, ahead, ErrAhead},
	} {
		if e, err := c.b.Open(c.operator, c.path); !errors.Is(err, c.want) || e != (seal.Epoch{}) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if err := b.Verify(ident.Ed25519{}, w.root.SignKey(), other); !errors.Is(err, ErrSignature) {
		t.Errorf("signature for another operator: %v", err)
	}
	b.First++
	if err := b.Verify(ident.Ed25519{}, w.root.SignKey(), w.operator); !errors.Is(err, ErrSignature) {
		t.Errorf("another day: %v", err)
	}
}

func TestMakeRefuses(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		plan Plan
		want error
	}{
		"before the generation": {Plan{Serial: 4, Top: 9}, ErrPassed},
		"far behind its start":  {Plan{Serial: 5 + MaxSteps + 1, Top: 9}, ErrAhead},
		"top beyond the tree":   {Plan{Serial: 5, Top: 16}, ErrNotCanonical},
		"revoked beyond top":    {Plan{Serial: 5, Top: 9, Revoked: []ident.Number{10}}, ErrNotCanonical},
		"revoked 0":             {Plan{Serial: 5, Top: 9, Revoked: []ident.Number{0}}, ErrNotCanonical},
	} {
		if _, _, err := w.tree.Make(c.plan, w.root, w.entropy); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	w.tree.Height = MaxHeight
	many := some(rand.New(rand.NewPCG(1, 1)), 6000, 60000)
	if _, _, err := w.tree.Make(Plan{Serial: 5, Top: 60000, Revoked: many}, w.root, w.entropy); !errors.Is(err, ErrOversized) {
		t.Errorf("6,000 of 60,000: %v", err)
	}
	if _, _, err := w.tree.Make(Plan{Serial: 5, Top: 9}, w.root, strings.NewReader("too short")); err == nil {
		t.Error("a block without enough entropy")
	}
	for _, tree := range []Tree{{Height: 0, Start: 1}, {Height: 17, Start: 1}, {Height: 4}} {
		if _, err := tree.Level(9); !errors.Is(err, ErrNotCanonical) {
			t.Errorf("height %d from %d: %v", tree.Height, tree.Start, err)
		}
	}
	if _, err := w.tree.Path(0, 9); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("path of node 0: %v", err)
	}
	if _, err := (Tree{Height: 16, Start: 1}).Path(65535, 9); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("path of node 65535: %v", err)
	}
}

// Two blocks with one serial, as a restored authority makes them, bring two
// epochs under pads that differ, and tell themselves apart.
func TestTwoBlocksWithOneSerial(t *testing.T) {
	w := newWorld(t)
	plan := Plan{Serial: 8, Top: 9, Revoked: []ident.Number{3}}
	a, ea := w.make(t, plan)
	b, eb := w.make(t, plan)
	if ea.Key == eb.Key || a.Salt == b.Salt || a.Digest() == b.Digest() {
		t.Fatal("two blocks are one")
	}
	if again, err := Decode(a.Encode()); err != nil || again.Digest() != a.Digest() {
		t.Errorf("a block differs from itself: %v", err)
	}
	pads := map[[WrapSize]byte]bool{}
	for v := uint32(1); v < 32; v++ {
		for _, block := range []*Block{a, b} {
			pads[pad(&seal.Secret{1}, w.operator, block, v)] = true
		}
	}
	if len(pads) != 62 {
		t.Errorf("%d pads of 62", len(pads))
	}
	// The same random bytes from a broken source with another serial.
	w.entropy.Seed([32]byte{5})
	_, e1 := w.make(t, plan)
	w.entropy.Seed([32]byte{5})
	plan.Serial++
	_, e2 := w.make(t, plan)
	if e1.Key == e2.Key {
		t.Error("two serials bring one secret")
	}
}

func TestPathsAreNotPrinted(t *testing.T) {
	p := newWorld(t).path(t, 4, 8)
	for _, verb := range []string{"%v", "%+v", "%#v", "%x"} {
		if s := fmt.Sprintf(verb, p) + fmt.Sprintf(verb, p.Opener()); !strings.Contains(s, "secret") || strings.Contains(s, fmt.Sprintf("%x", p.Keys[0][:4])) {
			t.Errorf("%s prints %s", verb, s)
		}
	}
}
