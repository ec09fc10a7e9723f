package store

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// contents reads a Sorted through a cursor.
func contents(s *Sorted[int], start string) (keys []string, values []int) {
	c := s.From([]byte(start))
	for k, v, ok := c.Next(); ok; k, v, ok = c.Next() {
		keys, values = append(keys, k), append(values, v)
	}
	return keys, values
}

func checkSorted(t *testing.T, seed uint64, s *Sorted[int], want map[string]int, start string) {
	t.Helper()
	var keys []string
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if k >= start {
			keys = append(keys, k)
		}
	}
	got, values := contents(s, start)
	if !slices.Equal(got, keys) || s.Len() != len(want) {
		t.Fatalf("seed %d: %d keys from %q, want %d; Len %d, want %d", seed, len(got), start, len(keys), s.Len(), len(want))
	}
	for i, k := range got {
		if values[i] != want[k] {
			t.Fatalf("seed %d: %q is %d, want %d", seed, k, values[i], want[k])
		}
	}
}

func TestSortedAgainstMap(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		s, want := &Sorted[int]{}, map[string]int{}
		type pair struct {
			s    *Sorted[int]
			want map[string]int
		}
		var clones []pair
		space := []int{10, 1000, 100000}[rng.IntN(3)]
		for i := range 3000 {
			k := fmt.Sprint(rng.IntN(space))
			if seed%4 == 3 {
				k = fmt.Sprintf("%06d", i) // as numbered records come
			}
			if rng.IntN(3) == 0 {
				k = fmt.Sprint(rng.IntN(space))
				s.Delete([]byte(k))
				delete(want, k)
			} else {
				s.Set(k, i)
				want[k] = i
			}
			if v, ok := s.Get([]byte(k)); v != want[k] || ok != has(want, k) {
				t.Fatalf("seed %d: %q is %d %v, want %d", seed, k, v, ok, want[k])
			}
			if rng.IntN(500) == 0 {
				clones = append(clones, pair{s.Clone(), maps.Clone(want)})
			}
			if rng.IntN(100) == 0 {
				checkSorted(t, seed, s, want, fmt.Sprint(rng.IntN(space)))
			}
		}
		checkSorted(t, seed, s, want, "")
		for _, c := range clones {
			checkSorted(t, seed, c.s, c.want, "")
			c.s.Set("after", -1)
			c.want["after"] = -1
			checkSorted(t, seed, c.s, c.want, "")
		}
	}
}

func has(m map[string]int, k string) bool { _, ok := m[k]; return ok }

// A cursor goes on behind its last key whatever happens to the map meanwhile.
func TestCursorSurvivesChanges(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		s := &Sorted[int]{}
		for range 500 {
			s.Set(fmt.Sprintf("%04d", rng.IntN(2000)), 0)
		}
		c, last := s.From(nil), ""
		for {
			want := ""
			if keys, _ := contents(s, last+"\x00"); len(keys) > 0 {
				want = keys[0]
			}
			if last == "" {
				keys, _ := contents(s, "")
				want = keys[0]
			}
			k, _, ok := c.Next()
			if k != want || ok != (want != "") {
				t.Fatalf("seed %d: after %q came %q, want %q", seed, last, k, want)
			}
			if !ok {
				break
			}
			last = k
			s.Set(fmt.Sprintf("%04d", rng.IntN(2000)), 0)
			s.Delete([]byte(fmt.Sprintf("%04d", rng.IntN(2000))))
			if rng.IntN(3) == 0 {
				s.Delete([]byte(last))
			}
		}
	}
}

func BenchmarkSortedGet(b *testing.B) {
	s := &Sorted[int]{}
	var keys [][]byte
	for i := range 5000 {
		k := fmt.Sprintf("b/%08x", i*7919%100003)
		s.Set(k, i)
		keys = append(keys, []byte(k))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Get(keys[i%len(keys)])
	}
}
