package keyblock

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Blocks of every number of parts come back from their bytes as they were; every
// part is within its bound, and no part but the last, the lists and a lone part
// 0 has room left.
func TestLayoutOfEverySize(t *testing.T) {
	w := newWorld(t)
	w.tree.Height = 13
	const top = 8000
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[int]bool{}
	for _, count := range []int{0, 1, 2, 3, 5, 8, 12, 15, 16, 17, 18, 20, 25, 30, 40, 60, 70, 80, 100, 150, 200, 300, 400, 500, 600, 700, 800} {
		b, _ := w.make(t, Plan{Serial: 8, Top: top, Revoked: some(r, count, top)})
		again, err := Decode(b.Encode())
		if err != nil {
			t.Fatalf("%d revoked: %v", count, err)
		}
		if !bytes.Equal(again.Encode(), b.Encode()) || len(again.Revoked) != count {
			t.Fatalf("%d revoked: it is not the same", count)
		}
		parts := b.Parts()
		further := len(parts) - 1
		nLists, _ := lists(further)
		seen[nLists] = true
		for i, p := range parts {
			if p.Serial != 8 || int(p.Index) != i || len(p.Data) == 0 || len(p.Data) > MaxPart {
				t.Fatalf("%d revoked: part %d of %d has %d bytes", count, i, further, len(p.Data))
			}
			if i < further && (i == 0 || i > nLists) && len(p.Data) != MaxPart {
				t.Errorf("%d revoked: part %d of %d has room left", count, i, further)
			}
		}
	}
	if len(seen) < 8 {
		t.Errorf("blocks with %v lists were seen", seen)
	}
}

// For every length of the body the smallest number of parts is chosen, and it
// holds the body.
func TestCountParts(t *testing.T) {
	holds := func(revoked, further int) int {
		n, _ := lists(further)
		return headRoom(revoked, further) + (further-n)*MaxPart
	}
	for _, revoked := range []int{0, 16, 17} {
		last := -1
		for body := 0; ; body++ {
			further, err := countParts(revoked, body)
			if err != nil {
				if !errors.Is(err, ErrOversized) || body < 48000 {
					t.Errorf("%d bytes: %v", body, err)
				}
				break
			}
			n, direct := lists(further)
			if further < last || holds(revoked, further) < body {
				t.Fatalf("%d bytes in %d parts", body, further)
			}
			if further > 0 && holds(revoked, further)-body >= MaxPart {
				t.Fatalf("%d bytes in %d parts: the last is empty", body, further)
			}
			if n > 0 && listLength(further, n, n) < 1 || headRoom(revoked, further) < 0 || n+n*perList < further && n > 0 || direct > further {
				t.Fatalf("%d parts with %d lists", further, n)
			}
			last = further
		}
		if last != MaxParts-1 {
			t.Errorf("the largest block has %d parts", last+1)
		}
	}
}

// Every bit of a block counts: flipped, it does not decode or is not signed.
func TestEveryBitIsSigned(t *testing.T) {
	w := newWorld(t)
	w.tree.Height = 10
	for _, revoked := range [][]ident.Number{nil, {7}, some(rand.New(rand.NewPCG(1, 1)), 20, 1000)} {
		b, _ := w.make(t, Plan{Serial: 8, Top: 1000, Revoked: revoked})
		raw := b.Encode()
		for bit := range len(raw) * 8 {
			raw[bit/8] ^= 1 << (bit % 8)
			got, err := Decode(raw)
			if err == nil {
				err = got.Verify(ident.Ed25519{}, w.root.SignKey(), w.operator)
			}
			if err == nil {
				t.Errorf("%d revoked: bit %d can be flipped", len(revoked), bit)
			}
			raw[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// The list of the revoked hangs on a whole SHA-256 in part 0 and not on digests
// of parts: a list with a number exchanged by its sibling, for which a node finds
// its wrap in the same place, changes signed bytes even where the digests are
// made to fit.
func TestRevokedListHangsOnItsWholeHash(t *testing.T) {
	w := newWorld(t)
	w.tree.Height = 10
	var revoked []ident.Number
	for n := ident.Number(2); len(revoked) < 60; n += 16 {
		revoked = append(revoked, n)
	}
	b, _ := w.make(t, Plan{Serial: 8, Top: 1000, Revoked: revoked})
	forged := *b
	forged.Revoked = slices.Clone(revoked)
	forged.Revoked[59]++
	ours, theirs := b.mustLayout(), forged.mustLayout()
	h, err := decodeHead(8, theirs[0])
	if err != nil || len(ours) != len(theirs) || h.further == 0 {
		t.Fatalf("%v, %d and %d parts", err, len(ours), len(theirs))
	}
	copy(theirs[0][headFixed+32:], ours[0][headFixed+32:MaxPart-signatureSize]) // the digests, and the list's beginning
	if bytes.Equal(theirs[0], ours[0]) {
		t.Error("part 0 is the same for two lists")
	}
	if _, err := h.block(theirs); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("digests that fit no part: %v", err)
	}
	copy(theirs[0][headFixed:], ours[0][headFixed:])
	if h, err = decodeHead(8, theirs[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := h.block(theirs); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("another list than part 0 hashes: %v", err)
	}
}

func TestPathComesBack(t *testing.T) {
	p := newWorld(t).path(t, 4, 8)
	raw := p.Append(nil)
	got, rest, err := DecodePath(append(raw, 1, 2))
	if err != nil || !bytes.Equal(rest, []byte{1, 2}) || !bytes.Equal(got.Append(nil), raw) {
		t.Fatalf("%v, rest %x", err, rest)
	}
	for n := range raw {
		if _, _, err := DecodePath(raw[:n]); !errors.Is(err, ErrTruncated) {
			t.Errorf("%d bytes of %d: %v", n, len(raw), err)
		}
	}
	for at, value := range map[int]byte{2: 17, 4: 0} {
		bad := bytes.Clone(raw)
		bad[at] = value
		if _, _, err := DecodePath(append(bad, make([]byte, 600)...)); !errors.Is(err, ErrNotCanonical) {
			t.Errorf("byte %d is %d: %v", at, value, err)
		}
	}
}

// Whatever Decode is given, it allocates no more than ten times the largest block.
func TestDecodeIsBounded(t *testing.T) {
	w := newWorld(t)
	w.tree.Height = 14
	largest, _ := w.make(t, Plan{Serial: 8, Top: 10000, Revoked: some(rand.New(rand.NewPCG(1, 1)), 1100, 10000)})
	good := largest.Encode()
	if len(good) < MaxBlock*9/10 {
		t.Fatalf("the block has %d bytes", len(good))
	}
	inputs := [][]byte{good, bytes.Repeat([]byte{1}, MaxBlock), bytes.Repeat([]byte{255}, 1<<20)}
	for _, count := range []byte{0, 1, 0x7F, 0xFF} { // of the revoked, with everything else as it was
		bad := bytes.Clone(good)
		bad[4+8] = count
		inputs = append(inputs, bad, bad[:4+MaxPart])
	}
	for i, raw := range inputs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Decode(raw)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 10*MaxBlock || (err == nil) != (i == 0) {
			t.Errorf("input %d: %d bytes allocated, %v", i, got, err)
		}
	}
}
