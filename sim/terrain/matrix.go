package terrain

import (
	"fmt"
	"math"
	"slices"
)

// Bounds of a matrix. Beyond MaxNodes, or with more links than MaxLinks, Compute and
// ReadMatrix refuse; a cut-off (Options.CutOff, Options.MaxLoss) keeps wide areas
// below the latter. A link takes 8 bytes.
const (
	MaxNodes = 10_000
	MaxLinks = 16_000_000
)

// MaxLoss is the greatest path loss in dB that a matrix holds. The weakest receivers
// hear what is 180 dB below the transmitter.
const MaxLoss = 400

// Point is a place, in millimetres east and north of an origin that is the scenario's.
type Point struct{ X, Y int64 }

// MaxCoordinate is how far a point may be from the origin, in millimetres: 1,000 km.
const MaxCoordinate = 1_000_000_000

// Metres returns the place so many metres east and north of the origin.
func Metres(x, y float64) Point {
	return Point{int64(math.Round(x * 1000)), int64(math.Round(y * 1000))}
}

// Distance returns how far two points are from each other, in metres.
func (p Point) Distance(q Point) float64 {
	dx, dy := p.X-q.X, p.Y-q.Y
	return math.Sqrt(float64(dx*dx+dy*dy)) / 1000
}

// Matrix is the path loss between nodes, by direction. Links that are missing, as
// those beyond a cut-off are, carry nothing.
type Matrix struct {
	// Of a file; 0 and empty if the matrix was computed.
	TxPower     float64 // dBm, with the gain of the antennas
	Sensitivity float64 // dBm
	Preset      string  // of the radios, such as LONG_FAST
	// Places of the nodes; nil if they are not known.
	Points []Point
	// Outside is how many links are shorter or longer than what the model was made
	// for. Their loss continues the formula, but never below that of free space.
	Outside int

	begin []int32 // the links of node i are those from begin[i] until before begin[i+1]
	to    []int32 // ascending for each node
	loss  []int32 // thousandths of a dB
}

// NewMatrix makes a matrix of the losses that a function returns for each two nodes,
// in dB; +Inf is no link.
func NewMatrix(nodes int, loss func(from, to int) float64) (*Matrix, error) {
	if nodes < 0 || nodes > MaxNodes {
		return nil, fmt.Errorf("%d nodes; a matrix has %d at most", nodes, MaxNodes)
	}
	m := &Matrix{begin: make([]int32, 1, nodes+1)}
	for from := range nodes {
		for to := range nodes {
			l := loss(from, to)
			if from == to || math.IsInf(l, 1) {
				continue
			}
			if !(l >= 0 && l <= MaxLoss) {
				return nil, fmt.Errorf("the path loss from node %d to node %d is %v dB; it must be 0 to %d, or +Inf for no link", from, to, l, MaxLoss)
			}
			if len(m.to) >= MaxLinks {
				return nil, tooManyLinks()
			}
			m.add(to, round(l))
		}
		m.endRow()
	}
	return m, nil
}

func tooManyLinks() error {
	return fmt.Errorf("more than %d links; take fewer nodes, or a nearer cut-off", MaxLinks)
}

// round returns dB in thousandths. What comes out of logarithms may differ in its
// last bit from machine to machine; this does not, unless the value is within some
// 1e-13 dB of the middle between two.
func round(dB float64) int32 { return int32(math.Round(dB * 1000)) }

func (m *Matrix) add(to int, loss int32) {
	m.to = append(m.to, int32(to))
	m.loss = append(m.loss, loss)
}

func (m *Matrix) endRow() { m.begin = append(m.begin, int32(len(m.to))) }

// Len returns how many nodes there are.
func (m *Matrix) Len() int { return len(m.begin) - 1 }

// Links returns how many there are, each direction by itself.
func (m *Matrix) Links() int { return len(m.to) }

// Loss returns the path loss from one node to another in dB; +Inf if nothing gets
// there, and from a node to itself.
func (m *Matrix) Loss(from, to int) float64 {
	row := m.to[m.begin[from]:m.begin[from+1]]
	at := to // where it is if all others have a link
	if to > from {
		at--
	}
	if at >= len(row) || row[at] != int32(to) {
		found := false
		if at, found = slices.BinarySearch(row, int32(to)); !found {
			return math.Inf(1)
		}
	}
	return float64(m.loss[int(m.begin[from])+at]) / 1000
}

// Row calls with each node that a link leads to from one, in ascending order, and the
// loss in dB, until it returns false.
func (m *Matrix) Row(from int) func(yield func(to int, loss float64) bool) {
	return func(yield func(int, float64) bool) {
		for i := m.begin[from]; i < m.begin[from+1]; i++ {
			if !yield(int(m.to[i]), float64(m.loss[i])/1000) {
				return
			}
		}
	}
}
