package routing

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

func randomItems(rng *rand.Rand, n int) []*Item {
	var items []*Item
	for range n {
		it := &Item{ID: bundle.ID{Origin: ident.Number(1 + rng.IntN(4)), Day: today - clock.Day(rng.IntN(3)), Seq: uint16(rng.IntN(200))}}
		for i := range it.Hash {
			it.Hash[i] = byte(rng.Uint32())
		}
		items = append(items, it)
	}
	slices.SortFunc(items, CompareItems)
	return items
}

// TestSplitSums: the parts follow each other without a gap, hold each item once,
// and sum up to the whole.
func TestSplitSums(t *testing.T) {
	const seed = 21
	rng := rand.New(rand.NewPCG(seed, 0))
	whole := Range{bundle.ID{Origin: 1}, bundle.ID{Origin: ident.MaxNumber, Day: 1<<16 - 1, Seq: lastSeq}}
	for i := range 300 {
		items := randomItems(rng, rng.IntN(100))
		parts := SplitSums(whole, items, 1+rng.IntN(10))
		var sum uint32
		count := 0
		for j, p := range parts {
			sum ^= p.Sum
			var mine []*Item
			for _, it := range items {
				if p.Covers(it.ID) {
					mine = append(mine, it)
				}
			}
			if count += len(mine); Sum(mine) != p.Sum {
				t.Fatalf("seed %d, %d: part %d has another sum than its items", seed, i, j)
			}
			if j > 0 && next(parts[j-1].Last) != p.First {
				t.Fatalf("seed %d, %d: part %d begins at %v behind %v", seed, i, j, p.First, parts[j-1].Last)
			}
		}
		if sum != Sum(items) || count != len(items) || parts[0].First != whole.First || parts[len(parts)-1].Last != whole.Last {
			t.Fatalf("seed %d, %d: %d parts of %d items do not make the whole", seed, i, len(parts), len(items))
		}
	}
}

func TestVariantsRoundTrip(t *testing.T) {
	const seed = 22
	rng := rand.New(rand.NewPCG(seed, 0))
	for i := range 300 {
		items := randomItems(rng, 1+rng.IntN(20))
		v := &Variants{Type: VariantsType(rng.IntN(int(variantsTypes)))}
		r := Range{items[0].ID, items[len(items)-1].ID}
		switch v.Type {
		case VariantSums:
			v.Sums = SplitSums(r, items, 8)
		case VariantHashes, VariantAnswer:
			v.Range = r
			fallthrough
		default:
			for _, it := range items {
				v.Names = append(v.Names, NameOf(it))
			}
		}
		got, err := DecodeVariants(v.Append(nil), today)
		if v.Type == VariantSums { // an end behind a day's last number is written as the day after
			if err != nil || len(got.Sums) != len(v.Sums) {
				t.Fatalf("seed %d, %d: %v", seed, i, err)
			}
			continue
		}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(v) {
			t.Fatalf("seed %d, %d: got %v (%v), want %v", seed, i, got, err, v)
		}
	}
}

// TestElementTellsHashesApart: two bundles of one id are two in the summary.
func TestElementTellsHashesApart(t *testing.T) {
	id := bundle.ID{Origin: 3, Day: today, Seq: 5}
	a, b := &Item{ID: id, Hash: Prefix{1}}, &Item{ID: id, Hash: Prefix{2}}
	v := NewVectors()
	v.Hold(a)
	one := v.Summary()
	v.Hold(b)
	v.Release(a)
	if v.Summary() == one {
		t.Error("the summary does not tell two bundles of one id apart")
	}
}

func FuzzDecodeVariants(f *testing.F) {
	id := bundle.ID{Origin: 3, Day: today, Seq: 5}
	f.Add((&Variants{Type: VariantSums, Sums: []RangeSum{{Range{id, id}, 7}}}).Append(nil))
	f.Add((&Variants{Type: VariantHashes, Range: Range{id, id}}).Append(nil))
	f.Add((&Variants{Type: VariantAnswer, Range: Range{id, id}, Names: []Name{{ID: id}}}).Append(nil))
	f.Add((&Variants{Type: VariantWishes, Names: []Name{{ID: id}}}).Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := DecodeVariants(b, today)
		if err != nil {
			return
		}
		if back := v.Append(nil); !bytes.Equal(back, b) {
			t.Fatalf("%x comes back as %x", b, back)
		}
	})
}
