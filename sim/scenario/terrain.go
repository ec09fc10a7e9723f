package scenario

import "github.com/blackstart-mesh/blackstart/sim/terrain"

// terrains names the classes of terrain, each of which is a model of path loss.
func terrains() []string { return []string{"open", "suburban", "town", "forest"} }

// pathLosses names all models of path loss.
func pathLosses() (list []string) {
	for _, m := range terrain.Models() {
		list = append(list, m.Name())
	}
	return list
}

// loss names the model of a radio's path loss.
func (s *Scenario) loss(c *Radio) string {
	if c.PathLoss == "" {
		return s.Terrain
	}
	return c.PathLoss
}

// checkModel demands a model that is known, and was made for the heights and the
// frequency of a radio.
func (s *Scenario) checkModel(r *reader, c *Radio) {
	m, err := terrain.ModelByName(s.loss(c))
	if err != nil {
		r.wrong(r.at(&c.PathLoss), "", "path-loss: %v", err)
		return
	}
	var heights []float64
	for i := range s.Nodes {
		if g := &s.Nodes[i]; g.has(c.Name) {
			heights = append(heights, g.Height.Metres())
			if g.Height <= 0 {
				r.wrong(r.either(&g.Height, g), "write how high its antenna is", "height: the radio %q is on the ground", c.Name)
				return
			}
		}
	}
	for _, low := range heights {
		for _, high := range heights {
			if low > high {
				continue
			}
			if err := terrain.Check(m, terrain.Hop{Low: low, High: high, MHz: float64(c.Frequency) / 1e6}); err != nil {
				r.wrong(r.either(&c.PathLoss, &c.Frequency, c), "", "path-loss: %v", err)
				return
			}
		}
	}
}
