package sim

import (
	"testing"
)

// parts counts how many groups of connected nodes there are.
func parts(n int, pairs [][2]int) int {
	reached := make([]bool, n)
	var visit func(int)
	visit = func(i int) {
		if reached[i] {
			return
		}
		reached[i] = true
		for _, p := range pairs {
			if p[0] == i {
				visit(p[1])
			}
			if p[1] == i {
				visit(p[0])
			}
		}
	}
	count := 0
	for i := range n {
		if !reached[i] {
			count++
			visit(i)
		}
	}
	return count
}

func TestTopologies(t *testing.T) {
	for name, c := range map[string]struct {
		n, pairs int
		got      [][2]int
	}{
		"line":   {5, 4, Line(0, 5)},
		"clique": {5, 10, Clique(All(0, 5)...)},
		"grid":   {12, 17, Grid(4, 3)},
	} {
		if len(c.got) != c.pairs || parts(c.n, c.got) != 1 {
			t.Errorf("%s: %v", name, c.got)
		}
	}
	for seed := range uint64(20) {
		if p := Geometric(seed, 40, 0.05+0.01*float64(seed)); parts(40, p) != 1 {
			t.Errorf("seed %d: nodes apart", seed)
		}
	}
}
