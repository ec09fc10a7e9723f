package motion

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// Bounds of what is moved.
const (
	MaxNodes = 10_000
	MaxLegs  = 2_000_000 // of all tracks together
	// maxRun is the longest run, as sim has it too; maxSpeed is that of a helicopter.
	maxRun   = 366 * 24 * time.Hour
	maxSpeed = 100
)

// Mover is a way to move.
type Mover interface {
	// Check says which of its values cannot be.
	Check() error
	// draw grows a path until it is at or beyond a time, or has so many legs.
	draw(luck *rand.Rand, until time.Duration, legs int) Track
}

// Tracks draws the tracks of nodes, each with its mover, for a run of some length. A
// longer run continues the same tracks, and further nodes change none.
func Tracks(seed uint64, movers []Mover, until time.Duration) ([]Track, error) {
	switch {
	case len(movers) > MaxNodes:
		return nil, fmt.Errorf("%d nodes that move; the most is %d", len(movers), MaxNodes)
	case until < 0 || until > maxRun:
		return nil, fmt.Errorf("a run of %s; it must be 0 to %s", until, maxRun)
	}
	tracks := make([]Track, len(movers))
	left := MaxLegs
	for i, m := range movers {
		if err := m.Check(); err != nil {
			return nil, fmt.Errorf("node %d: %w", i, err)
		}
		t := m.draw(source(seed, "motion", i), until, left)
		if left -= len(t); left <= 0 || t[len(t)-1].End < until {
			return nil, fmt.Errorf("more than %d legs up to node %d of %d; make the run shorter, the pauses longer or the area wider", MaxLegs, i, len(movers))
		}
		tracks[i] = t
	}
	return tracks, nil
}

// source returns the random numbers of one purpose of one node.
func source(seed uint64, purpose string, node int) *rand.Rand {
	h := mix(seed)
	for _, c := range []byte(purpose) {
		h = mix(h ^ uint64(c))
	}
	return rand.New(rand.NewPCG(h, mix(h^uint64(node))))
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Area is a rectangle that nodes move in.
type Area struct{ Min, Max terrain.Point }

// Square returns the area so many metres east and north of the origin.
func Square(width, height float64) Area { return Area{Max: terrain.Metres(width, height)} }

func (a Area) check() error {
	if a.Min.X > a.Max.X || a.Min.Y > a.Max.Y || !inside(a.Min) || !inside(a.Max) {
		return fmt.Errorf("an area from %v to %v mm; the second is north-east of the first, and neither farther than %d m from the origin", a.Min, a.Max, terrain.MaxCoordinate/1000)
	}
	return nil
}

func inside(p terrain.Point) bool {
	const most = terrain.MaxCoordinate
	return -most <= p.X && p.X <= most && -most <= p.Y && p.Y <= most
}

func (a Area) any(luck *rand.Rand) terrain.Point {
	return terrain.Point{X: a.Min.X + luck.Int64N(a.Max.X-a.Min.X+1), Y: a.Min.Y + luck.Int64N(a.Max.Y-a.Min.Y+1)}
}

// Speeds are metres a second from which one is drawn for each leg, each as likely.
type Speeds [2]float64

// KilometresAnHour returns speeds.
func KilometresAnHour(least, most float64) Speeds { return Speeds{least / 3.6, most / 3.6} }

func (s Speeds) check() error {
	// A least speed of 0 has no mean: ever more nodes crawl (Yoon, Liu, Noble 2003).
	if !(s[0] >= 0.01 && s[0] <= s[1] && s[1] <= maxSpeed) {
		return fmt.Errorf("speeds of %v to %v m/s; they must be 0.01 to %d, the lower one first", s[0], s[1], maxSpeed)
	}
	return nil
}

func (s Speeds) any(luck *rand.Rand) float64 { return s[0] + float64((s[1]-s[0])*luck.Float64()) }

// Times are a least and a greatest time from which one is drawn, each as likely.
type Times [2]time.Duration

func (t Times) check(what string) error {
	if t[0] < 0 || t[0] > t[1] || t[1] > maxRun {
		return fmt.Errorf("%s of %s to %s; they must be 0 to %s, the shorter one first", what, t[0], t[1], maxRun)
	}
	return nil
}

func (t Times) any(luck *rand.Rand) time.Duration {
	return t[0] + time.Duration(luck.Int64N(int64(t[1]-t[0])+1))
}
