package frame

import (
	"math/rand/v2"
	"testing"
)

// TestWindowAgainstMap compares the window with one that forgets nothing.
func TestWindowAgainstMap(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 0))
		start := rng.Uint32N(3 * windowSize)
		w := newWindow(start)
		taken, top := map[uint32]bool{start: true}, start
		for range 2000 {
			c := uint32(max(0, int64(top)+int64(rng.IntN(2*windowSize))-3*windowSize/2))
			switch rng.IntN(20) {
			case 0:
				c += rng.Uint32N(1 << 20)
			case 1, 2, 3:
				c = uint32(max(0, int64(top)+int64(rng.IntN(200))-140))
			case 4:
				c = uint32(max(0, int64(top)-windowSize+int64(rng.IntN(3))-1)) // at the edge
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

func TestWindowAtTheEndOfAllCounters(t *testing.T) {
	w := newWindow(1)
	for _, c := range []uint32{1<<32 - 1, 1<<32 - 2, 1<<32 - windowSize} {
		if !w.fresh(c) {
			t.Fatalf("counter %d is not fresh", c)
		}
		if w.take(c); w.fresh(c) {
			t.Fatalf("counter %d may be taken twice", c)
		}
	}
	if w.fresh(1<<32-windowSize-1) || w.fresh(1) {
		t.Error("a counter below the window is fresh")
	}
}

func TestExpand(t *testing.T) {
	const edge = windowSize - 1 // from the top
	for _, c := range []struct{ top, counter uint32 }{
		{0, 0}, {0, 1}, {0, 65535}, {edge - 1, 0}, {edge, 0}, {edge + 1, 1}, {65535, 65536}, {65535, 65535 - edge},
		{65536, 65535}, {65536, 65536 - edge}, {65536 + 10, 65536 + 10 + 65535 - edge}, {1<<32 - 2, 1<<32 - 1},
		{5 << 16, 5<<16 - 40}, {5<<16 + 5000, 6<<16 + 30},
	} {
		w := newWindow(c.top)
		if got := w.expand(uint16(c.counter)); got != c.counter {
			t.Errorf("top %#x: %#x expanded to %#x", c.top, c.counter, got)
		}
	}
}
