package scenario

import "github.com/blackstart-mesh/blackstart/sim/terrain"

// walks says where everybody is at each time.
func (p *plan) walks() error {
	at := p.places(p.seed)
	p.tracks, p.heights, p.speeds = make([]track, len(at)), make([]float64, len(at)), make([]Speed, len(at))
	for i := range p.Nodes {
		g := &p.Nodes[i]
		for _, n := range p.Groups[i] {
			p.tracks[n] = still(terrain.Point{X: int64(at[n][0]), Y: int64(at[n][1])})
			p.heights[n], p.speeds[n] = g.Height.Metres(), g.Speed[1]
		}
	}
	return nil
}
