package terrain

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Options say what a land is like.
type Options struct {
	Seed   uint64
	Model  Model
	MHz    float64
	Shadow Shadow
	// Asymmetry is by how much a link differs from what place and distance give it, in
	// dB of sigma, each direction by itself: the noise at the receiver, the antenna's
	// mounting. Meshtasticator takes 3.
	Asymmetry float64
	// CutOff is the longest link in metres; 0 is any length.
	CutOff float64
	// MaxLoss is the greatest loss of a link in dB; 0 is MaxLoss.
	MaxLoss float64
}

// Land knows the loss between any two places.
type Land struct {
	options Options
	shadows *shadows
	heights []float64        // of the first antennas that differed
	means   map[[2]int]*mean // between two of these
}

// Spot is a node at a place. It is made once for each place and used for all links
// from there.
type Spot struct {
	Site
	node  int
	class int // of its height among those of the land; -1 if there were too many
	walls float64
	shade *shade
}

// NewLand makes a land, or says which option is wrong.
func NewLand(o Options) (*Land, error) {
	if o.Model == nil {
		return nil, errors.New("a land needs a path loss model")
	}
	if o.MaxLoss == 0 {
		o.MaxLoss = MaxLoss
	}
	switch {
	case !(o.Asymmetry >= 0 && o.Asymmetry <= 30):
		return nil, fmt.Errorf("links that differ by %v dB in each direction; it must be 0 to 30", o.Asymmetry)
	case !(o.CutOff >= 0 && o.CutOff <= 10_000_000):
		return nil, fmt.Errorf("a cut-off of %v m; it must be 0 (none) to 10000000", o.CutOff)
	case !(o.MaxLoss > 0 && o.MaxLoss <= MaxLoss):
		return nil, fmt.Errorf("a greatest loss of %v dB; it must be above 0 and up to %d", o.MaxLoss, MaxLoss)
	}
	shadows, err := newShadows(o.Seed, o.Shadow)
	if err != nil {
		return nil, err
	}
	return &Land{options: o, shadows: shadows, means: map[[2]int]*mean{}}, nil
}

// Spot returns a node at a place.
func (l *Land) Spot(node int, s Site) *Spot {
	return &Spot{Site: s, node: node, class: l.class(s.Height), walls: buildingLoss(l.options.Seed, node, s.Building), shade: l.shadows.at(s.Point)}
}

// classes is of how many heights the models between any two are kept.
const classes = 64

func (l *Land) class(height float64) int {
	i := slices.Index(l.heights, height)
	if i < 0 && len(l.heights) < classes {
		i = len(l.heights)
		l.heights = append(l.heights, height)
	}
	return i
}

// mean returns the model between two antennas.
func (l *Land) mean(a, b *Spot) *mean {
	pair := [2]int{min(a.class, b.class), max(a.class, b.class)}
	if m := l.means[pair]; m != nil {
		return m
	}
	m := meanOf(l.options.Model, min(a.Height, b.Height), max(a.Height, b.Height), l.options.MHz)
	if pair[0] >= 0 {
		l.means[pair] = &m
	}
	return &m
}

// Check refuses sites that the model was not made for, and names them. The lowest and
// the highest antenna decide for all between.
func (l *Land) Check(sites []Site) error {
	for i, s := range sites {
		if err := s.check(); err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
		if !(s.Height > 0) {
			return fmt.Errorf("node %d: an antenna at %v m; it is above the ground", i, s.Height)
		}
	}
	if len(sites) < 2 {
		return nil
	}
	for _, pair := range extremes(sites) {
		a, b := sites[pair[0]].Height, sites[pair[1]].Height
		if err := Check(l.options.Model, Hop{Low: min(a, b), High: max(a, b), MHz: l.options.MHz}); err != nil {
			return fmt.Errorf("nodes %d and %d: %w", pair[0], pair[1], err)
		}
	}
	return nil
}

// extremes returns the two lowest antennas, the two highest, and the lowest with the
// highest.
func extremes(sites []Site) [][2]int {
	low, high := [2]int{-1, -1}, [2]int{-1, -1}
	for i, s := range sites {
		switch {
		case low[0] < 0 || s.Height < sites[low[0]].Height:
			low = [2]int{i, low[0]}
		case low[1] < 0 || s.Height < sites[low[1]].Height:
			low[1] = i
		}
		switch {
		case high[0] < 0 || s.Height > sites[high[0]].Height:
			high = [2]int{i, high[0]}
		case high[1] < 0 || s.Height > sites[high[1]].Height:
			high[1] = i
		}
	}
	return [][2]int{low, high, {low[0], high[0]}}
}

// Link is the loss between two spots in thousandths of a dB, in each direction;
// Unheard where nothing gets through.
type Link struct {
	There, Back int32
	Outside     bool // shorter or longer than what the model was made for
}

// Unheard is the loss of no link.
const Unheard = math.MaxInt32

// Link returns the loss from a to b and back.
func (l *Land) Link(a, b *Spot) Link {
	o := &l.options
	none := Link{There: Unheard, Back: Unheard}
	metres := a.Distance(b.Point)
	if o.CutOff > 0 && metres > o.CutOff {
		return none
	}
	mean, free, inside := l.mean(a, b).at(metres)
	walls := a.walls + b.walls
	room := o.MaxLoss + float64(Furthest*o.Asymmetry) - mean - walls // for shadowing
	if room < -Furthest*l.shadows.Sigma {
		return none
	}
	// No obstacle makes a link better than free space; only the directions differ.
	loss := max(free, mean+l.shadows.between(a.shade, b.shade, metres, room)) + walls
	return Link{There: l.directed(loss, a.node, b.node), Back: l.directed(loss, b.node, a.node), Outside: !inside}
}

func (l *Land) directed(loss float64, from, to int) int32 {
	o := &l.options
	if o.Asymmetry > 0 && loss-float64(Furthest*o.Asymmetry) <= o.MaxLoss {
		bits := mix(mix(mix(o.Seed)^uint64(from)) ^ uint64(to)<<32)
		loss += float64(o.Asymmetry * max(-Furthest, min(Furthest, normal(bits))))
	}
	if loss > o.MaxLoss {
		return Unheard
	}
	return round(max(0, loss))
}

// Compute returns the losses between all sites.
func Compute(sites []Site, o Options) (*Matrix, error) {
	if len(sites) > MaxNodes {
		return nil, fmt.Errorf("%d nodes; a matrix has %d at most", len(sites), MaxNodes)
	}
	l, err := NewLand(o)
	if err != nil {
		return nil, err
	}
	if err := l.Check(sites); err != nil {
		return nil, err
	}
	spots := make([]*Spot, len(sites))
	m := &Matrix{Points: make([]Point, len(sites)), begin: make([]int32, 1, len(sites)+1)}
	for i, s := range sites {
		spots[i] = l.Spot(i, s)
		m.Points[i] = s.Point
	}
	type entry struct{ to, loss int32 }
	rows := make([][]entry, len(sites)) // each ascending, since i and j ascend
	links := 0
	for i, a := range spots {
		for j := i + 1; j < len(spots); j++ {
			link := l.Link(a, spots[j])
			if link.Outside {
				m.Outside++
			}
			if link.There != Unheard {
				rows[i] = append(rows[i], entry{int32(j), link.There})
				links++
			}
			if link.Back != Unheard {
				rows[j] = append(rows[j], entry{int32(i), link.Back})
				links++
			}
		}
		if links > MaxLinks {
			return nil, tooManyLinks()
		}
	}
	m.to, m.loss = make([]int32, 0, links), make([]int32, 0, links)
	for i, row := range rows {
		for _, e := range row {
			m.add(int(e.to), e.loss)
		}
		rows[i] = nil
		m.endRow()
	}
	return m, nil
}
