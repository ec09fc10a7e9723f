package terrain

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestMatrixKeepsWhatItIsGiven compares with the function that made it.
func TestMatrixKeepsWhatItIsGiven(t *testing.T) {
	for seed := range uint64(50) {
		luck := rand.New(rand.NewPCG(seed, 2))
		n := luck.IntN(12)
		want := make([][]float64, n)
		for i := range want {
			want[i] = make([]float64, n)
			for j := range want[i] {
				want[i][j] = float64(luck.IntN(200_000)) / 1000
				if i == j || luck.IntN(3) == 0 {
					want[i][j] = math.Inf(1)
				}
			}
		}
		m, err := NewMatrix(n, func(from, to int) float64 { return want[from][to] })
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			row := make(map[int]float64)
			for to, loss := range m.Row(i) {
				row[to] = loss
			}
			for j := range n {
				if got := m.Loss(i, j); got != want[i][j] {
					t.Fatalf("seed %d: %d to %d: %v, want %v", seed, i, j, got, want[i][j])
				}
				if loss, ok := row[j]; ok != !math.IsInf(want[i][j], 1) || ok && loss != want[i][j] {
					t.Fatalf("seed %d: row %d has %v, %v to %d, want %v", seed, i, loss, ok, j, want[i][j])
				}
			}
		}
	}
}

func TestMatrixRefuses(t *testing.T) {
	for _, c := range []struct {
		nodes int
		loss  float64
		want  string
	}{
		{2, -1, "from node 0 to node 1 is -1 dB"},
		{2, 401, "from node 0 to node 1 is 401 dB"},
		{2, math.NaN(), "is NaN dB"},
		{MaxNodes + 1, 1, "10001 nodes; a matrix has 10000 at most"},
	} {
		_, err := NewMatrix(c.nodes, func(int, int) float64 { return c.loss })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d nodes, %v dB: %v, want %q", c.nodes, c.loss, err, c.want)
		}
	}
}

func TestDegrees(t *testing.T) {
	// A hub with three leaves, of which one does not hear it, and two nodes apart.
	loss := map[[2]int]float64{{0, 1}: 100, {1, 0}: 110, {0, 2}: 120, {2, 0}: 120, {0, 3}: 121, {3, 0}: 119, {4, 5}: 50, {5, 4}: 50}
	m, err := NewMatrix(7, func(from, to int) float64 {
		if l, ok := loss[[2]int{from, to}]; ok {
			return l
		}
		return math.Inf(1)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Degrees{Nodes: 7, Links: 3, OneWay: 1, Mean: 6. / 7, Median: 1, Max: 2, Lonely: 2, Leaves: 4, Giant: 3}
	if got := m.Degrees(120); got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if got := m.Degrees(121); got.Giant != 4 || got.Max != 3 || got.OneWay != 0 {
		t.Errorf("with 121 dB: %v", got)
	}
}
