package scenario

import (
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/motion"
	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// warmup is how long walkers have walked before a run: as in the ONE's scenarios.
const warmup = 1000 * time.Second

// walks says where everybody is at each time.
func (p *plan) walks() error {
	at := p.places(p.seed)
	movers := make([]motion.Mover, len(at))
	p.heights, p.fastest = make([]float64, len(at)), make([]float64, len(at))
	for i := range p.Nodes {
		g := &p.Nodes[i]
		for k, n := range p.Groups[i] {
			movers[n] = p.mover(g, k, at[n])
			p.heights[n] = g.Height.Metres()
			if g.Moves != Fixed {
				p.fastest[n] = g.Speed[1].MetresPerSecond()
			}
		}
	}
	var err error
	p.tracks, err = motion.Tracks(p.seed, movers, p.lasts)
	return err
}

// mover says how the k-th node of a group moves.
func (p *plan) mover(g *Group, k int, at Point) motion.Mover {
	speed := motion.Speeds{g.Speed[0].MetresPerSecond(), g.Speed[1].MetresPerSecond()}
	pause := motion.Times(g.Pause)
	switch g.Moves {
	case Walk:
		return motion.Walk{Area: p.around(g), Speed: speed, Pause: pause, Warmup: warmup}
	case Shift:
		s := motion.Crew(at.point(), p.around(g))
		s.Jobs, s.Stop, s.Speed = g.Jobs, pause, speed
		return s
	case Route:
		first := k % len(g.Stops)
		var stops []terrain.Point
		for _, stop := range slices.Concat(g.Stops[first:], g.Stops[:first]) {
			stops = append(stops, stop.point())
		}
		return motion.Round{Places: stops, Stop: pause, Speed: speed, Begin: pause}
	}
	return motion.Stand{Point: at.point()}
}

// around is where a group moves: the whole area, or a square.
func (p *plan) around(g *Group) motion.Area {
	low, high := Point{}, p.Area
	if g.Place == Scattered && len(g.At) == 1 {
		for axis := range low {
			low[axis] = max(0, g.At[0][axis]-g.Radius)
			high[axis] = min(p.Area[axis], g.At[0][axis]+g.Radius)
		}
	}
	return motion.Area{Min: low.point(), Max: high.point()}
}

func (p Point) point() terrain.Point { return terrain.Point{X: int64(p[0]), Y: int64(p[1])} }

// moves reports whether a node ever moves.
func moves(t motion.Track) bool {
	return slices.ContainsFunc(t, func(l motion.Leg) bool { return l.From != l.To })
}
