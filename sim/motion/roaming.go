package motion

import (
	"fmt"
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// Bounds of Roaming: pairs of which one node moves (8 bytes each), and changes that
// All returns (32 bytes each).
const (
	MaxPairs       = 16_000_000
	MaxLossChanges = 4_000_000
)

// LossChange is a new path loss from one node to another, in dB; +Inf if nothing gets
// there any more.
type LossChange struct {
	At       time.Duration
	From, To int
	Loss     float64
}

// Roam is what Roaming needs to know.
type Roam struct {
	Land   terrain.Options
	Sites  []terrain.Site // heights and walls; the places are those of the tracks
	Tracks []Track
	Until  time.Duration
	// Every is how often the paths of nodes that move are looked at: 0 is each 30 s.
	Every time.Duration
	// Hysteresis is by how much a loss must differ from the one that was told last to
	// be told, in dB, and by how much more than the greatest loss a link may lose
	// before it is gone: 0 is 2 dB. Without it a link at the limit would come and go
	// with each step.
	Hysteresis float64
}

// Defaults of Roam.
const (
	DefaultEvery      = 30 * time.Second
	DefaultHysteresis = 2
)

// Roaming tells how the losses between nodes change because some move: all at the
// start, then look by look what changed. It is made as it is read, so that a long run
// takes no more memory than a short one.
type Roaming struct {
	roam    Roam
	land    *terrain.Land
	start   *terrain.Matrix
	appears int32 // a link that is gone comes back at this loss
	spots   []*terrain.Spot
	movers  []int
	row     []int            // of each node, its place in told; -1 if it stands
	told    [][]terrain.Link // of each mover to each node: what was told last
	moved   []bool
	next    time.Duration
	changes []LossChange
}

// NewRoaming checks what it is given and computes the losses at the start.
func NewRoaming(r Roam) (*Roaming, error) {
	if r.Every == 0 {
		r.Every = DefaultEvery
	}
	if r.Hysteresis == 0 {
		r.Hysteresis = DefaultHysteresis
	}
	if r.Land.MaxLoss == 0 {
		r.Land.MaxLoss = terrain.MaxLoss
	}
	n := len(r.Tracks)
	switch {
	case len(r.Sites) != n:
		return nil, fmt.Errorf("%d sites for %d tracks; each node has one of both", len(r.Sites), n)
	case n > terrain.MaxNodes:
		return nil, fmt.Errorf("%d nodes; the most is %d", n, terrain.MaxNodes)
	case r.Every < time.Millisecond || r.Every > maxRun:
		return nil, fmt.Errorf("a look at the paths each %s; it must be a millisecond at least", r.Every)
	case r.Until < 0 || r.Until > maxRun:
		return nil, fmt.Errorf("a run of %s; it must be 0 to %s", r.Until, maxRun)
	case !(r.Hysteresis >= 0.1 && r.Hysteresis <= 30):
		return nil, fmt.Errorf("a hysteresis of %v dB; it must be 0.1 to 30", r.Hysteresis)
	}
	sites := make([]terrain.Site, n)
	for i, s := range r.Sites {
		sites[i] = s
		sites[i].Point = r.Tracks[i].At(0)
	}
	r.Sites = sites
	start, err := terrain.Compute(sites, r.Land)
	if err != nil {
		return nil, err
	}
	x := &Roaming{roam: r, start: start, appears: int32(math.Round(r.Land.MaxLoss * 1000)), row: make([]int, n), moved: make([]bool, n)}
	lasting := r.Land
	lasting.MaxLoss = min(terrain.MaxLoss, r.Land.MaxLoss+r.Hysteresis)
	if x.land, err = terrain.NewLand(lasting); err != nil {
		return nil, err
	}
	return x, x.begin()
}

// begin fills in what is told at the start.
func (x *Roaming) begin() error {
	n := len(x.roam.Tracks)
	for i, t := range x.roam.Tracks {
		x.row[i] = -1
		if t.Moves() {
			x.row[i] = len(x.movers)
			x.movers = append(x.movers, i)
		}
	}
	if len(x.movers)*n > MaxPairs {
		return fmt.Errorf("%d nodes that move among %d are more than %d pairs; let fewer move", len(x.movers), n, MaxPairs)
	}
	x.spots = make([]*terrain.Spot, n)
	for i := range n {
		x.spots[i] = x.land.Spot(i, x.roam.Sites[i])
	}
	for _, i := range x.movers {
		told := make([]terrain.Link, n)
		for j := range told {
			told[j] = terrain.Link{There: thousandths(x.start.Loss(i, j)), Back: thousandths(x.start.Loss(j, i))}
		}
		x.told = append(x.told, told)
	}
	x.next = x.roam.Every
	return nil
}

func thousandths(dB float64) int32 {
	if math.IsInf(dB, 1) {
		return terrain.Unheard
	}
	return int32(math.Round(dB * 1000))
}

func decibel(thousandths int32) float64 {
	if thousandths == terrain.Unheard {
		return math.Inf(1)
	}
	return float64(thousandths) / 1000
}

// Start returns the losses at the beginning of the run.
func (x *Roaming) Start() *terrain.Matrix { return x.start }

// Next returns when the paths are looked at next; false if that is after the run, or
// nobody moves.
func (x *Roaming) Next() (time.Duration, bool) {
	return x.next, x.next <= x.roam.Until && len(x.movers) > 0
}

// Take looks at the paths and returns what changed since what was told last, by the
// lower of a mover's two nodes. The slice is good until the next call.
func (x *Roaming) Take() []LossChange {
	x.changes = x.changes[:0]
	for _, i := range x.movers {
		p := x.roam.Tracks[i].At(x.next)
		if x.moved[i] = p != x.spots[i].Point; x.moved[i] {
			site := x.spots[i].Site
			site.Point = p
			x.spots[i] = x.land.Spot(i, site)
		}
	}
	for _, i := range x.movers {
		if !x.moved[i] {
			continue
		}
		for j := range x.spots {
			if j == i || j < i && x.moved[j] { // that one has looked at both
				continue
			}
			link := x.land.Link(x.spots[i], x.spots[j])
			x.tell(i, j, link.There)
			x.tell(j, i, link.Back)
		}
	}
	x.next += x.roam.Every
	return x.changes
}

// tell notes a loss if it differs enough from the one that was told.
func (x *Roaming) tell(from, to int, loss int32) {
	last := x.last(from, to)
	if *last == terrain.Unheard {
		if loss > x.appears { // Unheard is
			return
		}
	} else if loss != terrain.Unheard && math.Abs(float64(loss-*last)) < x.roam.Hysteresis*1000 {
		return
	}
	*last = loss
	x.changes = append(x.changes, LossChange{At: x.next, From: from, To: to, Loss: decibel(loss)})
}

// last returns where it stands what was told of a link: with the lower of two movers,
// or with the one.
func (x *Roaming) last(from, to int) *int32 {
	a, b := from, to
	if x.row[a] < 0 || x.row[b] >= 0 && b < a {
		a, b = b, a
	}
	link := &x.told[x.row[a]][b]
	if a == from {
		return &link.There
	}
	return &link.Back
}

// All returns the changes of the whole run, if they are not too many.
func (x *Roaming) All() (all []LossChange, err error) {
	for {
		if _, ok := x.Next(); !ok {
			return all, nil
		}
		if all = append(all, x.Take()...); len(all) > MaxLossChanges {
			return nil, fmt.Errorf("more than %d changes of path loss before %s of %s; make the run shorter, look less often, or take a nearer cut-off or more hysteresis",
				MaxLossChanges, x.next, x.roam.Until)
		}
	}
}
