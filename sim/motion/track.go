package motion

import (
	"math"
	"math/bits"
	"slices"
	"sort"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// Leg is a straight line at constant speed, or a stop if both ends are one place.
type Leg struct {
	Begin, End time.Duration // since the start of the run; a first leg may begin before it
	From, To   terrain.Point
}

func (l Leg) stands() bool { return l.From == l.To }

// Track is where a node is: legs without gaps between them. It stays at the end of the
// last.
type Track []Leg

// At returns where the node is, in whole millimetres.
func (t Track) At(at time.Duration) terrain.Point {
	l := t[t.leg(at)]
	return terrain.Point{X: between(l.From.X, l.To.X, at-l.Begin, l.End-l.Begin), Y: between(l.From.Y, l.To.Y, at-l.Begin, l.End-l.Begin)}
}

// leg returns the number of the leg that a time falls into: the first that ends after
// it, or the last.
func (t Track) leg(at time.Duration) int {
	return min(sort.Search(len(t), func(i int) bool { return t[i].End > at }), len(t)-1)
}

// between returns the place on the way from one coordinate to another after a part of
// the time, rounded towards the first.
func between(from, to int64, part, whole time.Duration) int64 {
	switch {
	case from == to || part <= 0:
		return from
	case part >= whole:
		return to
	case to < from:
		return from - scaled(from-to, part, whole)
	}
	return from + scaled(to-from, part, whole)
}

// scaled returns way*part/whole, which may take more than 64 bits on its way.
func scaled(way int64, part, whole time.Duration) int64 {
	high, low := bits.Mul64(uint64(way), uint64(part))
	q, _ := bits.Div64(high, low, uint64(whole))
	return int64(q)
}

// moved returns the place and the velocity in millimetres and seconds at a time within
// a leg. They are made of sums, products and quotients alone, none of them fused, so
// that they are the same on every machine.
func (l Leg) moved(at time.Duration) (x, y, vx, vy float64) {
	x, y = float64(l.From.X), float64(l.From.Y)
	if l.stands() {
		return x, y, 0, 0
	}
	dx, dy := float64(l.To.X-l.From.X), float64(l.To.Y-l.From.Y)
	took := float64(l.End-l.Begin) / 1e9
	if at >= l.End {
		return float64(l.To.X), float64(l.To.Y), 0, 0
	}
	vx, vy = dx/took, dy/took
	since := float64(at-l.Begin) / 1e9
	return x + float64(vx*since), y + float64(vy*since), vx, vy
}

// Moves reports whether the node ever leaves its place.
func (t Track) Moves() bool { return slices.ContainsFunc(t, func(l Leg) bool { return !l.stands() }) }

// fastest returns the greatest speed of a leg, in millimetres a second.
func (t Track) fastest() (most float64) {
	for _, l := range t {
		if !l.stands() {
			most = max(most, 1000*l.From.Distance(l.To)/(float64(l.End-l.Begin)/1e9))
		}
	}
	return most
}

// path grows a track.
type path struct {
	track Track
	at    time.Duration
	here  terrain.Point
}

// stay stops for a while.
func (p *path) stay(d time.Duration) {
	if d > 0 {
		p.track = append(p.track, Leg{p.at, p.at + d, p.here, p.here})
		p.at += d
	}
}

// travel goes to a place at so many metres a second, and returns how long that takes.
func (p *path) travel(to terrain.Point, speed float64) {
	if to == p.here {
		return
	}
	d := takes(p.here, to, speed)
	p.track = append(p.track, Leg{p.at, p.at + d, p.here, to})
	p.at, p.here = p.at+d, to
}

// takes returns how long the way takes, at least a nanosecond.
func takes(from, to terrain.Point, speed float64) time.Duration {
	return max(1, time.Duration(math.Round(from.Distance(to)/speed*1e9)))
}

// since drops the legs that end before a time.
func (t Track) since(at time.Duration) Track {
	for len(t) > 1 && t[0].End <= at {
		t = t[1:]
	}
	return t
}
