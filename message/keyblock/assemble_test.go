package keyblock

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// counted counts the signatures that are checked.
type counted struct{ n int }

func (c *counted) Verify(key ident.SignKey, message, signature []byte) bool {
	c.n++
	return ident.Ed25519{}.Verify(key, message, signature)
}

func (w *world) assembler() (*Assembler, *counted) {
	c := new(counted)
	return NewAssembler(w.root.SignKey(), w.operator, c), c
}

// large makes a block of the given serial with lists of digests.
func (w *world) large(t testing.TB, serial uint32) *Block {
	w.tree.Height = 10
	b, _ := w.make(t, Plan{Serial: serial, Top: 1000, Revoked: some(rand.New(rand.NewPCG(uint64(serial), 1)), 60, 1000)})
	return b
}

// Parts in any order, again and again, between junk and parts of another block
// with the same serial, come to the blocks that were sent.
func TestAssembleInAnyOrder(t *testing.T) {
	w := newWorld(t)
	blocks := []*Block{w.large(t, 8), w.large(t, 8), w.large(t, 9)}
	small, _ := w.make(t, Plan{Serial: 10, Top: 1000})
	blocks = append(blocks, small)
	var parts []Part
	for _, b := range blocks {
		parts = append(parts, b.Parts()...)
	}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		a, checked := w.assembler()
		done := map[[32]byte]bool{}
		rounds := 0
		for ; len(done) < len(blocks) && rounds < 20; rounds++ {
			for _, i := range r.Perm(len(parts)) {
				p := parts[i]
				junk := Part{Serial: p.Serial, Index: uint8(1 + r.IntN(40)), Data: make([]byte, 1+r.IntN(MaxPart))}
				if b, err := a.Add(junk); b != nil || !errors.Is(err, ErrJunk) && !errors.Is(err, ErrNoHead) {
					t.Fatalf("seed %d: junk: %v", seed, err)
				}
				verifies, before := a.Verifies(p), checked.n
				b, err := a.Add(p)
				if err != nil && !errors.Is(err, ErrNoHead) && !errors.Is(err, ErrJunk) {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if (checked.n > before) != verifies {
					t.Fatalf("seed %d: part %d of %d checks a signature: %v, was to: %v", seed, p.Index, p.Serial, !verifies, verifies)
				}
				if b != nil {
					done[b.Digest()] = true
				}
			}
		}
		for i, b := range blocks {
			if !done[b.Digest()] {
				t.Errorf("seed %d: block %d did not come", seed, i)
			}
		}
	}
}

func TestAssembleNamesWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	a, _ := w.assembler()
	b := w.large(t, 8)
	parts := b.Parts()
	if len(parts) < maxDirect+2 {
		t.Fatalf("%d parts", len(parts))
	}
	if _, err := a.Add(parts[3]); !errors.Is(err, ErrNoHead) || a.Missing(8) != nil {
		t.Errorf("a part without part 0: %v, missing %v", err, a.Missing(8))
	}
	var want []uint8
	for i := range parts {
		want = append(want, uint8(i))
	}
	for _, i := range append([]int{0, 1}, rand.New(rand.NewPCG(1, 1)).Perm(len(parts))...) {
		got, err := a.Add(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		want = slices.DeleteFunc(want, func(n uint8) bool { return int(n) == i })
		if (got != nil) != (len(want) == 0) {
			t.Fatalf("after part %d: %v, missing %v", i, got, want)
		}
		if got != nil {
			if !bytes.Equal(got.Encode(), b.Encode()) || serialsIn(a) != nil {
				t.Errorf("another block, or it is still there: %v", serialsIn(a))
			}
			return
		}
		if m := a.Missing(8); !slices.Equal(m, want) || !slices.Equal(serialsIn(a), []uint32{8}) {
			t.Fatalf("missing %v, want %v", m, want)
		}
	}
}

// Nothing that is not signed, or whose digest is not known, is kept.
func TestAssembleKeepsNothingUnproven(t *testing.T) {
	w := newWorld(t)
	a, _ := w.assembler()
	b := w.large(t, 8)
	parts := b.Parts()
	forged := parts[0]
	forged.Data = bytes.Clone(forged.Data)
	forged.Data[1] ^= 1
	other := parts[0]
	other.Serial++
	empty := Part{Serial: 8}
	for name, c := range map[string]struct {
		p    Part
		want error
	}{"forged": {forged, ErrSignature}, "called another serial": {other, ErrSignature}, "empty": {empty, ErrTruncated}} {
		if got, err := a.Add(c.p); got != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	stranger := newWorld(t)
	stranger.operator[0] ^= 1
	foreign := stranger.large(t, 8)
	if _, err := a.Add(foreign.Parts()[0]); !errors.Is(err, ErrSignature) {
		t.Errorf("of another operator: %v", err)
	}
	if len(a.blocks) != 0 {
		t.Fatalf("%d blocks are kept", len(a.blocks))
	}
	if _, err := a.Add(parts[0]); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(parts); i++ {
		bad := parts[i]
		bad.Data = bytes.Clone(bad.Data)
		bad.Data[0] ^= 1
		if _, err := a.Add(bad); err == nil {
			t.Errorf("part %d may be changed", i)
		}
		moved := parts[i]
		moved.Index = uint8(1 + i%(len(parts)-1))
		if _, err := a.Add(moved); err == nil {
			t.Errorf("part %d may be called %d", i, moved.Index)
		}
	}
	if _, err := a.Add(Part{Serial: 8, Index: 255, Data: []byte{1}}); !errors.Is(err, ErrJunk) {
		t.Errorf("a part beyond the last: %v", err)
	}
	if got := len(a.Missing(8)); got != len(parts)-1 {
		t.Errorf("%d parts are missing of %d", got, len(parts)-1)
	}
	// The parts are the assembler's own.
	late := parts[1]
	late.Data = bytes.Clone(late.Data)
	if _, err := a.Add(late); err != nil {
		t.Fatal(err)
	}
	clear(late.Data)
	for _, p := range parts[2:] {
		got, err := a.Add(p)
		if err != nil {
			t.Fatal(err)
		}
		if got != nil && !bytes.Equal(got.Encode(), b.Encode()) {
			t.Error("a part changed after it was added")
		}
	}
}

func TestAssembleIsBounded(t *testing.T) {
	w := newWorld(t)
	a, _ := w.assembler()
	for _, serial := range []uint32{9, 12, 10, 11, 13, 14} {
		if _, err := a.Add(w.large(t, serial).Parts()[0]); err != nil {
			t.Errorf("serial %d: %v", serial, err)
		}
	}
	if got := serialsIn(a); !slices.Equal(got, []uint32{11, 12, 13, 14}) {
		t.Errorf("serials %v: the newest are not kept", got)
	}
	if _, err := a.Add(w.large(t, 8).Parts()[0]); !errors.Is(err, ErrOccupied) {
		t.Errorf("an older one: %v", err)
	}
}

// serialsIn returns the serials of the blocks that are being put together.
func serialsIn(a *Assembler) (serials []uint32) {
	for _, b := range a.blocks {
		serials = append(serials, b.fields.Serial)
	}
	return slices.Compact(serials)
}

// FuzzAssemble: whatever is heard, nothing but signed blocks comes out and no
// more than the bound is kept.
func FuzzAssemble(f *testing.F) {
	w := newWorld(f)
	b := w.large(f, 8)
	parts := b.Parts()
	for _, p := range parts[:3] {
		f.Add(p.Serial, p.Index, p.Data)
	}
	f.Fuzz(func(t *testing.T, serial uint32, index uint8, data []byte) {
		a, _ := w.assembler()
		p := Part{Serial: serial, Index: index, Data: data}
		for _, p := range []Part{p, parts[0], p, parts[1], p} {
			if got, _ := a.Add(p); got != nil && got.Verify(ident.Ed25519{}, w.root.SignKey(), w.operator) != nil {
				t.Fatal("a block that is not signed")
			}
		}
		if len(a.blocks) > MaxAssembled {
			t.Fatalf("%d blocks are kept", len(a.blocks))
		}
	})
}
