package scenario

import (
	"time"

	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// track is where a node is at a time.
type track interface {
	At(time.Duration) terrain.Point
	Moves() bool
}

// still is the track of a node that does not move.
type still terrain.Point

func (s still) At(time.Duration) terrain.Point { return terrain.Point(s) }
func (s still) Moves() bool                    { return false }

// spot is a node at a place.
type spot struct {
	node   int
	at     terrain.Point
	height float64
	ground *terrain.Spot // made when it is asked for
}

func (s *spot) on(land *terrain.Land) *terrain.Spot {
	if s.ground == nil {
		s.ground = land.Spot(s.node, terrain.Site{Point: s.at, Height: s.height})
	}
	return s.ground
}

// paver lays the paths of a channel, now and as nodes move.
type paver struct {
	to    *sim.Channel
	link  func(a, b *spot) terrain.Link
	power float64 // dBm that leave the antenna
	loss  Share
	spots []*spot
	last  map[[2]int32]int32 // the loss of each direction that there is, where one of the two moves
}

// coarse is by how much a path has to change to be laid anew, in thousandths of a dB:
// less than the fading from frame to frame.
const coarse = 1000

// pave lays the paths between all nodes of a channel that a link leads between, and
// their changes as nodes move.
func (p *plan) pave(to *sim.Channel, power float64, loss Share, link func(a, b *spot) terrain.Link) {
	v := &paver{to: to, link: link, power: power, loss: loss, last: make(map[[2]int32]int32)}
	var movers []int
	fastest := Speed(0)
	for i, n := range to.Nodes {
		v.spots = append(v.spots, &spot{node: n, at: p.tracks[n].At(0), height: p.heights[n]})
		if p.tracks[n].Moves() {
			movers = append(movers, i)
			fastest = max(fastest, p.speeds[n])
		}
	}
	moves := make([]bool, len(v.spots))
	for _, i := range movers {
		moves[i] = true
	}
	for i, a := range v.spots {
		for k := i + 1; k < len(v.spots); k++ {
			l := link(a, v.spots[k])
			v.begin(i, k, l.There, moves[i] || moves[k])
			v.begin(k, i, l.Back, moves[i] || moves[k])
		}
	}
	if len(movers) > 0 {
		v.follow(p, movers, step(fastest))
	}
}

// stride is how far a node goes at most before its paths are looked at again: half of
// the distance over which shadowing changes.
const stride = 50_000 // mm

// step is how often the paths of nodes that move are looked at.
func step(fastest Speed) time.Duration {
	if fastest <= 0 {
		return time.Minute
	}
	d := time.Duration(int64(time.Hour) / int64(fastest) * stride).Truncate(time.Second)
	return max(time.Second, min(time.Minute, d))
}

// begin lays a path at the start.
func (v *paver) begin(from, to int, loss int32, changes bool) {
	if loss == terrain.Unheard {
		return
	}
	v.to.Paths = append(v.to.Paths, v.path(from, to, loss))
	if changes {
		v.last[[2]int32{int32(from), int32(to)}] = loss
	}
}

func (v *paver) path(from, to int, loss int32) sim.Path {
	power := v.power - float64(loss)/1000
	return sim.Path{From: v.spots[from].node, To: v.spots[to].node, Path: medium.Path{Loss: v.loss.Of(), Power: power}}
}

// follow lays the paths anew as nodes move.
func (v *paver) follow(p *plan, movers []int, every time.Duration) {
	moved := make([]bool, len(v.spots))
	for t := every; t < p.lasts; t += every {
		for _, i := range movers {
			s := v.spots[i]
			at := p.tracks[s.node].At(t)
			if moved[i] = at != s.at; moved[i] {
				v.spots[i] = &spot{node: s.node, at: at, height: s.height}
			}
		}
		for _, i := range movers {
			if !moved[i] {
				continue
			}
			for k := range v.spots {
				if k == i || moved[k] && k < i {
					continue // looked at from the other end
				}
				l := v.link(v.spots[i], v.spots[k])
				v.change(t, i, k, l.There)
				v.change(t, k, i, l.Back)
			}
		}
	}
}

// change lays a path anew if it differs enough from what it was.
func (v *paver) change(at time.Duration, from, to int, loss int32) {
	pair := [2]int32{int32(from), int32(to)}
	was, there := v.last[pair]
	switch {
	case loss == terrain.Unheard && there:
		delete(v.last, pair)
		v.to.Changes = append(v.to.Changes, sim.Change{At: at, Path: v.path(from, to, was), Gone: true})
	case loss != terrain.Unheard && (!there || max(loss-was, was-loss) >= coarse):
		v.last[pair] = loss
		v.to.Changes = append(v.to.Changes, sim.Change{At: at, Path: v.path(from, to, loss)})
	}
}
