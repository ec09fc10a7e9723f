package sim

import (
	"math"
	"slices"
)

// Line returns who hears whom when n nodes from first on stand in a line.
func Line(first, n int) (pairs [][2]int) {
	for i := first; i < first+n-1; i++ {
		pairs = append(pairs, [2]int{i, i + 1})
	}
	return pairs
}

// Clique returns who hears whom when all the given nodes hear each other.
func Clique(nodes ...int) (pairs [][2]int) {
	for i, b := range nodes {
		for _, a := range nodes[:i] {
			pairs = append(pairs, [2]int{a, b})
		}
	}
	return pairs
}

// Grid returns who hears whom when width*height nodes stand in a grid, row by
// row, and each hears the four beside it.
func Grid(width, height int) (pairs [][2]int) {
	for y := range height {
		for x := range width {
			at := y*width + x
			if x+1 < width {
				pairs = append(pairs, [2]int{at, at + 1})
			}
			if y+1 < height {
				pairs = append(pairs, [2]int{at, at + width})
			}
		}
	}
	return pairs
}

// Geometric scatters n nodes over a unit square and lets those hear each other
// that are within the radius. The nearest nodes of what would be separate
// parts hear each other too, so that all are connected.
func Geometric(seed uint64, n int, radius float64) (pairs [][2]int) {
	luck := source(seed, "places", 0)
	type place struct{ x, y float64 }
	at := make([]place, n)
	for i := range at {
		at[i] = place{luck.Float64(), luck.Float64()}
	}
	part := make([]int, n) // the lowest node that each is connected to
	for i := range part {
		part[i] = i
	}
	join := func(a, b int) {
		pairs = append(pairs, [2]int{min(a, b), max(a, b)})
		from, to := max(part[a], part[b]), min(part[a], part[b])
		for i := range part {
			if part[i] == from {
				part[i] = to
			}
		}
	}
	far := func(a, b int) float64 { return math.Hypot(at[a].x-at[b].x, at[a].y-at[b].y) }
	for b := range n {
		for a := range b {
			if far(a, b) <= radius {
				join(a, b)
			}
		}
	}
	for slices.Max(part) > 0 {
		best, near := [2]int{}, math.Inf(1)
		for b := range n {
			for a := range b {
				if part[a] != part[b] && far(a, b) < near {
					best, near = [2]int{a, b}, far(a, b)
				}
			}
		}
		join(best[0], best[1])
	}
	return pairs
}

// All returns the indices of n nodes from first on.
func All(first, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = first + i
	}
	return out
}
