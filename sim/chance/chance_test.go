package chance

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestExponential(t *testing.T) {
	luck := rand.New(rand.NewPCG(1, 2))
	const n = 100_000
	draws := make([]float64, n)
	for i := range draws {
		draws[i] = Exponential(luck, time.Hour).Hours()
	}
	slices.Sort(draws)
	most := 0.0
	for i, x := range draws {
		most = max(most, math.Abs(1-math.Exp(-x)-float64(i)/n))
	}
	if limit := 1.95 / math.Sqrt(n); most > limit { // Kolmogorov and Smirnov, one in a thousand
		t.Errorf("differs from the exponential distribution by %g, limit %g", most, limit)
	}
}

func TestPick(t *testing.T) {
	luck := rand.New(rand.NewPCG(1, 2))
	nodes := []int{4, 9, 2, 30, 17}
	won := map[int]int{}
	for range 10_000 {
		draw := luck.Uint64()
		n := Pick(draw, nodes, 9)
		won[n]++
		if more := Pick(draw, append([]int{50}, nodes...), 9); more != n && more != 50 {
			t.Fatalf("picks %d, and %d when node 50 is there", n, more)
		}
	}
	for _, n := range []int{4, 2, 30, 17} {
		if won[n] < 2300 || won[n] > 2700 || len(won) != 4 {
			t.Fatalf("won %v, want 2500 each but 9", won)
		}
	}
	if n := Pick(3, []int{9}, 9); n != -1 {
		t.Errorf("picks %d of none", n)
	}
}

func TestSample(t *testing.T) {
	stream := func(_ string, n int) *rand.Rand { return rand.New(rand.NewPCG(7, uint64(n))) }
	nodes := make([]int, 61)
	for i := range nodes {
		nodes[i] = i + 5
	}
	half := Sample(stream, "x", nodes, 50)
	if few := Sample(stream, "x", nodes, 15); len(half) != 31 || len(few) != 9 || !slices.Equal(few, half[:9]) {
		t.Errorf("15 %%: %v, 50 %%: %v", few, half)
	}
	if all := Sample(stream, "x", nodes, 100); !slices.Equal(slices.Sorted(slices.Values(all)), nodes) {
		t.Errorf("all: %v", all)
	}
	if none := Sample(stream, "x", nodes, 0); len(none) != 0 {
		t.Errorf("none: %v", none)
	}
}

func TestScale(t *testing.T) {
	for _, c := range []struct {
		d      time.Duration
		by, of uint64
		want   time.Duration
	}{{7, 100, 300, 2}, {1 << 60, 1000, 2000, 1 << 59}, {5, 0, 9, 0}} {
		if got := Scale(c.d, c.by, c.of); got != c.want {
			t.Errorf("%d*%d/%d is %d, want %d", c.d, c.by, c.of, got, c.want)
		}
	}
}

func TestBetween(t *testing.T) {
	luck := rand.New(rand.NewPCG(1, 2))
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[Between(luck, 3, 5)] = true
	}
	if len(seen) != 3 || !seen[3] || !seen[5] {
		t.Errorf("from 3 to 5: %v", seen)
	}
}
