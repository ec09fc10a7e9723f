package scenario

import (
	"math"
	"time"

	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/motion"
	"github.com/blackstart-mesh/blackstart/sim/terrain"
)

// land lets the ground between nodes decide who hears whom, or their distance alone,
// now and as they move.
func (p *plan) land(c *Radio, to *sim.Channel) error {
	roam := motion.Roam{Until: p.lasts}
	fastest := 0.0
	for _, n := range to.Nodes {
		roam.Tracks = append(roam.Tracks, p.tracks[n])
		roam.Sites = append(roam.Sites, terrain.Site{Height: p.heights[n]})
		fastest = max(fastest, p.fastest[n])
	}
	roam.Every = step(fastest)
	power := c.Power.DB() + 2*c.Antenna.DB()
	var err error
	if c.Reach > 0 {
		power, err = p.within(c, to.Radio.Receiver, &roam)
	} else {
		err = p.ground(c, to.Radio.Receiver, &roam)
	}
	if err != nil {
		return err
	}
	r, err := motion.NewRoaming(roam)
	if err != nil {
		return err
	}
	path := func(from, hearer int, loss float64) sim.Path {
		return sim.Path{From: to.Nodes[from], To: to.Nodes[hearer], Path: medium.Path{Loss: c.Loss.Of(), Power: power - loss}}
	}
	for from := range to.Nodes {
		for hearer, loss := range r.Start().Row(from) {
			to.Paths = append(to.Paths, path(from, hearer, loss))
		}
	}
	changes, err := r.All()
	if err != nil {
		return err
	}
	for _, l := range changes {
		if gone := math.IsInf(l.Loss, 1); gone {
			to.Changes = append(to.Changes, sim.Change{At: l.At, Path: path(l.From, l.To, 0), Gone: true})
		} else {
			to.Changes = append(to.Changes, sim.Change{At: l.At, Path: path(l.From, l.To, l.Loss)})
		}
	}
	return nil
}

// ground takes the radio's path loss.
func (p *plan) ground(c *Radio, r *medium.Receiver, to *motion.Roam) (err error) {
	to.Land = terrain.Options{
		Seed: p.seed, MHz: float64(c.Frequency) / 1e6, Shadow: terrain.Shadow{Sigma: c.Shadowing.DB()},
		MaxLoss: max(1, min(terrain.MaxLoss, c.budget(r)+weakest)),
	}
	to.Land.Model, err = terrain.ModelByName(p.loss(c))
	return err
}

// inReach is by how much a frame at the end of a reach is above the sensitivity, in dB:
// it is received, come what may.
const inReach = 10

// within takes the radio's reach, and returns a power with which all is heard up to
// there. Powers still matter where frames collide; they follow from distance alone.
func (p *plan) within(c *Radio, r *medium.Receiver, to *motion.Roam) (power float64, err error) {
	const height = 1.5 // of all antennas alike, at one frequency
	for i := range to.Sites {
		to.Sites[i].Height = height
	}
	r.Fading = 0
	to.Land = terrain.Options{Seed: p.seed, Model: terrain.Suburban(), MHz: 868, CutOff: c.Reach.Metres()}
	loss, _ := terrain.Mean(to.Land.Model, terrain.Hop{Metres: c.Reach.Metres(), Low: height, High: height, MHz: to.Land.MHz})
	return r.Modes[0].Sensitivity + inReach + math.Ceil(loss), nil
}

// stride is how far a node goes at most before its paths are looked at again, in metres:
// about the distance over which shadowing changes.
const stride = 100

// step is how often the paths of nodes that move so fast, in m/s, are looked at, in
// whole seconds.
func step(fastest float64) time.Duration {
	return time.Second * time.Duration(max(5, min(30, stride/max(fastest, 0.1))))
}
