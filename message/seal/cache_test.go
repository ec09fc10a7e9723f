package seal

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The cache against a stupid one: a list of what was put, cut to the limit.
func TestCacheForgetsTheOldest(t *testing.T) {
	const seed = 2
	r := rand.New(rand.NewPCG(seed, 0))
	for _, limit := range []int{1, 2, 7} {
		c := newCache[int, int](limit)
		var list []int
		for i := range 1000 {
			key := r.IntN(3 * limit)
			value, ok := c.get(key)
			if ok != slices.Contains(list, key) || ok && value != -key {
				t.Fatalf("seed %d, limit %d, step %d: key %d is %d, %v; list %v", seed, limit, i, key, value, ok, list)
			}
			if ok {
				continue
			}
			c.put(key, -key)
			list = append(list, key)
			if len(list) > limit {
				list = list[1:]
			}
			if len(c.values) != len(list) {
				t.Fatalf("seed %d, limit %d, step %d: %d values", seed, limit, i, len(c.values))
			}
		}
	}
}
