package ledger

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

// exact is scaled by numbers of any size.
func exact(d, by, of time.Duration) time.Duration {
	if d <= 0 || by <= 0 {
		return 0
	}
	if of <= 0 {
		return math.MaxInt64
	}
	n := new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(int64(by)))
	n.Add(n, big.NewInt(int64(of)-1))
	if n.Quo(n, big.NewInt(int64(of))); !n.IsInt64() {
		return math.MaxInt64
	}
	return time.Duration(n.Int64())
}

func TestScaledAgainstBig(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	edges := []time.Duration{math.MinInt64, -1, 0, 1, 2, 3, time.Millisecond, time.Hour, time.Hour * 8 / 100, math.MaxInt64 - 1, math.MaxInt64}
	pick := func() time.Duration {
		if rng.IntN(4) == 0 {
			return edges[rng.IntN(len(edges))]
		}
		return time.Duration(rng.Uint64() >> rng.IntN(64))
	}
	for range 300_000 {
		d, by, of := pick(), pick(), pick()
		if got, want := scaled(d, by, of), exact(d, by, of); got != want {
			t.Fatalf("%d * %d / %d is %d, want %d", d, by, of, got, want)
		}
	}
}

// What a transmission costs of the pace is exact, to the nanosecond, and rounded up.
func TestPaceIsExact(t *testing.T) {
	for name, r := range rules() { // order: each is for itself
		if !r.hours() {
			continue
		}
		for _, d := range []time.Duration{1, 333_333_333, time.Second, 7*time.Second + 1} {
			l := New(0, r)
			if got, want := l.due(0, r, d, l.paid).Sub(l.paid), exact(d, r.Window, r.Routine()); got != want {
				t.Errorf("%s: %v cost %v, want %v", name, d, got, want)
			}
		}
	}
}
