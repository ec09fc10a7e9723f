package clock

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAgendaAgainstSorting puts and takes at random and compares with a list that is
// sorted anew each time.
func TestAgendaAgainstSorting(t *testing.T) {
	type thing struct {
		at   Instant
		rank uint8
		n    int
	}
	for seed := range uint64(50) {
		luck := rand.New(rand.NewPCG(seed, 7))
		var a Agenda[thing]
		var want []thing
		for n := range 400 {
			if luck.IntN(200) == 0 {
				a.Clear()
				want = nil
			}
			if luck.IntN(5) < 3 {
				e := thing{Instant(luck.Int64N(40)), uint8(luck.IntN(3)), n}
				a.Put(e.at, e.rank, e)
				want = append(want, e)
				continue
			}
			if len(want) == 0 {
				if at, ok := a.Next(); ok || at != Never || a.Len() != 0 {
					t.Fatalf("seed %d: an empty agenda has something at %d", seed, at)
				}
				continue
			}
			slices.SortStableFunc(want, func(a, b thing) int {
				return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank), cmp.Compare(a.n, b.n))
			})
			next, _ := a.Next()
			at, got := a.Take()
			if got != want[0] || at != got.at || next != at {
				t.Fatalf("seed %d: took %+v at %d (next was %d), want %+v", seed, got, at, next, want[0])
			}
			if want = want[1:]; a.Len() != len(want) {
				t.Fatalf("seed %d: %d left, want %d", seed, a.Len(), len(want))
			}
		}
	}
}

func BenchmarkAgenda(b *testing.B) {
	luck := rand.New(rand.NewPCG(1, 2))
	for _, pending := range []int{1_000, 10_000, 100_000} {
		b.Run(map[int]string{1_000: "1k", 10_000: "10k", 100_000: "100k"}[pending], func(b *testing.B) {
			var a Agenda[[4]uint64]
			for range pending {
				a.Put(Instant(luck.Int64N(1e9)), 0, [4]uint64{})
			}
			for b.Loop() {
				at, e := a.Take()
				a.Put(at+Instant(luck.Int64N(1e9)), 0, e)
			}
		})
	}
}
