package keyblock

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// bruteCover asks every vertex of the tree by looking at every leaf below it: it
// is covered if somebody lives there and nobody who is revoked, and the same is
// not true of its parent, unless only nobody lives beside it.
func bruteCover(height uint8, top ident.Number, revoked []ident.Number) []uint32 {
	clean := func(v uint32) (clean, inhabited bool) {
		clean = true
		for n := ident.Number(0); n < 1<<height; n++ {
			leaf := leafOf(height, n)
			for leaf > v {
				leaf /= 2
			}
			if leaf == v {
				inhabited = inhabited || n >= 1 && n <= top
				clean = clean && !slices.Contains(revoked, n)
			}
		}
		return clean, inhabited
	}
	var out []uint32
	for v := uint32(1); v < 2<<height; v++ {
		own, inhabited := clean(v)
		above := false
		if v > 1 {
			above, _ = clean(v / 2)
		}
		if own && inhabited && !above {
			out = append(out, v)
		}
	}
	// In the order of the leaves.
	slices.SortFunc(out, func(a, b uint32) int {
		for a < 1<<height {
			a *= 2
		}
		for b < 1<<height {
			b *= 2
		}
		return int(a) - int(b)
	})
	return out
}

func TestCoverAgainstEveryLeaf(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		height := uint8(1 + r.IntN(6))
		top := ident.Number(r.IntN(1 << height))
		revoked := some(r, r.IntN(int(top)+1), top)
		got, want := Cover(height, top, revoked), bruteCover(height, top, revoked)
		if !slices.Equal(got, want) || coverSize(height, top, revoked) != len(want) {
			t.Fatalf("seed %d: height %d, top %d, revoked %v: cover %v, want %v", seed, height, top, revoked, got, want)
		}
		// What it is for: who lives is below exactly one, the revoked below none.
		for n := ident.Number(1); n <= top; n++ {
			times := 0
			for v := leafOf(height, n); v >= 1; v /= 2 {
				if slices.Contains(got, v) {
					times++
				}
			}
			if want := map[bool]int{false: 1, true: 0}[slices.Contains(revoked, n)]; times != want {
				t.Fatalf("seed %d: node %d is covered %d times, want %d", seed, n, times, want)
			}
		}
	}
}

// No set of fewer vertices covers everybody: tried for all sets in small trees.
func TestCoverIsTheSmallest(t *testing.T) {
	const height = 3
	below := func(v uint32) (leaves uint32) { // bit n for number n
		for n := ident.Number(0); n < 1<<height; n++ {
			for leaf := leafOf(height, n); leaf >= 1; leaf /= 2 {
				if leaf == v {
					leaves |= 1 << n
				}
			}
		}
		return leaves
	}
	for top := ident.Number(0); top < 1<<height; top++ {
		for set := uint32(0); set < 1<<height; set += 2 {
			var revoked []ident.Number
			for n := ident.Number(1); n <= top; n++ {
				if set>>n&1 == 1 {
					revoked = append(revoked, n)
				}
			}
			all := uint32(1)<<(top+1) - 2
			bad := set & all
			fewest := 1 << height
			for choice := range 1 << 15 {
				union, count := uint32(0), 0
				for v := uint32(1); v < 16; v++ {
					if choice>>(v-1)&1 == 1 {
						union |= below(v)
						count++
					}
				}
				if count < fewest && union&bad == 0 && union&all == all&^bad {
					fewest = count
				}
			}
			if got := len(Cover(height, top, revoked)); got != fewest {
				t.Fatalf("top %d, revoked %v: %d vertices, %d would do", top, revoked, got, fewest)
			}
		}
	}
}

func TestCoverOfLargeTrees(t *testing.T) {
	if got := Cover(16, ident.MaxNumber, nil); !slices.Equal(got, []uint32{1}) {
		t.Errorf("nobody is revoked: %v", got)
	}
	if got := Cover(16, 0, nil); got != nil {
		t.Errorf("nobody is there: %v", got)
	}
	var everybody []ident.Number
	for n := ident.Number(1); n <= ident.MaxNumber; n++ {
		everybody = append(everybody, n)
	}
	if got := Cover(16, ident.MaxNumber, everybody); got != nil {
		t.Errorf("everybody is revoked: %v", got)
	}
	if got := Cover(16, ident.MaxNumber, everybody[1:]); !slices.Equal(got, []uint32{1 << 15}) { // node 1, and the leaf of nobody beside it
		t.Errorf("all but one are revoked: %v", got)
	}
}
