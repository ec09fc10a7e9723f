package reference

import "testing"

func TestMemoryForgetsTheOldest(t *testing.T) {
	m := newMemory[int, int](3)
	for i := range 10 {
		m.put(i, i)
		m.put(i, 2*i) // again: no new key
		for k := range 10 {
			v, ok := m.get(k)
			if want := k <= i && k > i-3; ok != want || ok && v != 2*k {
				t.Fatalf("after %d: key %d is %d, %v", i, k, v, ok)
			}
		}
	}
}
