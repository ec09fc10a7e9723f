package sim

import (
	"runtime"
	"testing"
)

// TestSameSeedSameHash runs one scenario again and again, on one processor and
// on two.
func TestSameSeedSameHash(t *testing.T) {
	s := storm(77, 12)
	first, err := Run(s)
	if err != nil {
		t.Fatal(err)
	}
	if !first.OK() {
		t.Fatal(first)
	}
	for _, procs := range []int{1, 2} {
		was := runtime.GOMAXPROCS(procs)
		again, err := Run(s)
		runtime.GOMAXPROCS(was)
		if err != nil {
			t.Fatal(err)
		}
		if again.Hash != first.Hash || again.Events != first.Events {
			t.Errorf("on %d processors: %d events, hash %x; first %d events, hash %x", procs, again.Events, again.Hash, first.Events, first.Hash)
		}
	}
	other, err := Run(storm(78, 12))
	if err != nil || other.Hash == first.Hash {
		t.Errorf("two seeds make one run, %v", err)
	}
}

// TestSourcesDoNotDisturbEachOther: what one node draws does not hang on how
// many there are.
func TestSourcesDoNotDisturbEachOther(t *testing.T) {
	if source(1, "a", 2).Uint64() != source(1, "a", 2).Uint64() {
		t.Error("one source, two streams")
	}
	seen := map[uint64]string{}
	for _, seed := range []uint64{1, 2} {
		for _, purpose := range []string{"a", "b", "ab"} {
			for n := range 3 {
				v := source(seed, purpose, n).Uint64()
				if at, ok := seen[v]; ok {
					t.Errorf("%d %s %d draws like %s", seed, purpose, n, at)
				}
				seen[v] = purpose
			}
		}
	}
	small, err := NewOperator(5, 3, 20000)
	if err != nil {
		t.Fatal(err)
	}
	large, err := NewOperator(5, 9, 20000)
	if err != nil || small.Private[2].SignKey() != large.Private[2].SignKey() {
		t.Errorf("node 3 differs in a larger network: %v", err)
	}
}
