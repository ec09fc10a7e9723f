package frame

import (
	"math/rand/v2"
	"testing"
)

// TestWindowAgainstMap compares the window with one that forgets nothing.
func TestWindowAgainstMap(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 0))
		start := rng.Uint32N(300)
		w := window{top: start, seen: 1}
		taken, top := map[uint32]bool{start: true}, start
		for range 500 {
			c := uint32(max(0, int64(top)+int64(rng.IntN(200))-140))
			if rng.IntN(20) == 0 {
				c += rng.Uint32N(1 << 20)
			}
			want := !taken[c] && (c > top || top-c < windowSize)
			if got := w.fresh(c); got != want {
				t.Fatalf("seed %d: counter %d with top %d: fresh %v, want %v", seed, c, top, got, want)
			}
			if want {
				w.take(c)
				taken[c], top = true, max(top, c)
			}
		}
	}
}

func TestExpand(t *testing.T) {
	for _, c := range []struct{ top, counter uint32 }{
		{0, 0}, {0, 1}, {0, 65535}, {62, 0}, {63, 0}, {64, 1}, {65535, 65536}, {65535, 65535 - 63},
		{65536, 65535}, {65536, 65536 - 63}, {65536 + 10, 65536 + 65482}, {1<<32 - 2, 1<<32 - 1},
		{5 << 16, 5<<16 - 40}, {5<<16 + 100, 6<<16 + 30},
	} {
		w := window{top: c.top}
		if got := w.expand(uint16(c.counter)); got != c.counter {
			t.Errorf("top %#x: %#x expanded to %#x", c.top, c.counter, got)
		}
	}
}
