package motion

import (
	"math"

	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// extent returns the area that tracks are within.
func extent(tracks []Track) (a Area) {
	first := true
	for _, t := range tracks {
		for _, l := range t {
			for _, p := range []terrain.Point{l.From, l.To} {
				if first {
					a, first = Area{p, p}, false
				}
				a.Min.X, a.Min.Y = min(a.Min.X, p.X), min(a.Min.Y, p.Y)
				a.Max.X, a.Max.Y = max(a.Max.X, p.X), max(a.Max.Y, p.Y)
			}
		}
	}
	return a
}

func (a Area) width() float64  { return float64(a.Max.X-a.Min.X) + 1 }
func (a Area) height() float64 { return float64(a.Max.Y-a.Min.Y) + 1 }

// cells are squares of a map in which nodes lie, so that the neighbours of one are
// found without a look at all others.
type cells struct {
	origin     terrain.Point
	side       float64
	wide, high int
	first      []int32 // of each cell, the node that was put last; -1 if none
	next       []int32 // of each node
	of         []int32 // the cell of each node
}

// newCells makes cells of such a side at least, and not many more of them than nodes.
func newCells(a Area, side float64, nodes int) cells {
	side = max(side, math.Sqrt(a.width()*a.height()/float64(4*nodes+16)), max(a.width(), a.height())/float64(4*nodes+16))
	c := cells{origin: a.Min, side: side, wide: int(a.width()/side) + 1, high: int(a.height()/side) + 1}
	c.first = make([]int32, c.wide*c.high)
	c.next, c.of = make([]int32, nodes), make([]int32, nodes)
	return c
}

func (c *cells) empty() {
	for i := range c.first {
		c.first[i] = -1
	}
}

func (c *cells) put(node int, p terrain.Point) {
	x := min(int(float64(p.X-c.origin.X)/c.side), c.wide-1)
	y := min(int(float64(p.Y-c.origin.Y)/c.side), c.high-1)
	cell := y*c.wide + x
	c.of[node] = int32(cell)
	c.next[node], c.first[cell] = c.first[cell], int32(node)
}

// near calls with each other node in the cell of one and in those around it.
func (c *cells) near(node int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		x, y := int(c.of[node])%c.wide, int(c.of[node])/c.wide
		for row := max(0, y-1); row <= min(c.high-1, y+1); row++ {
			for col := max(0, x-1); col <= min(c.wide-1, x+1); col++ {
				for j := c.first[row*c.wide+col]; j >= 0; j = c.next[j] {
					if int(j) != node && !yield(int(j)) {
						return
					}
				}
			}
		}
	}
}
