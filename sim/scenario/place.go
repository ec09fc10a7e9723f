package scenario

import (
	"math/rand/v2"
)

// places returns where each node is at the start, by its number.
func (s *Scenario) places(seed uint64) []Point {
	out := make([]Point, s.Count())
	for i := range s.Nodes {
		g := &s.Nodes[i]
		sites := (len(s.Groups[i]) + g.Together - 1) / g.Together
		for k, node := range s.Groups[i] {
			site := k / g.Together
			p := g.site(s, seed, site, sites)
			if g.Together > 1 {
				around := luck(seed, "beside "+g.Name, node)
				p = within(around, p, g.Spread, s.Area)
			}
			out[node] = p
		}
	}
	return out
}

// site returns one of so many places of a group.
func (g *Group) site(s *Scenario, seed uint64, site, sites int) Point {
	switch g.Place {
	case Middle:
		return Point{s.Area[0] / 2, s.Area[1] / 2}
	case Given:
		return g.At[site]
	case Lined:
		p := g.From
		if sites > 1 {
			for axis := range p {
				p[axis] += (g.To[axis] - g.From[axis]) * Length(site) / Length(sites-1)
			}
		}
		return p
	case Gridded:
		return gridPlace(s.Area, site, sites)
	}
	around := luck(seed, "place "+g.Name, site)
	if g.Moves == Route {
		return g.Stops[site%len(g.Stops)]
	}
	if len(g.At) == 1 {
		return within(around, g.At[0], g.Radius, s.Area)
	}
	return Point{Length(around.Int64N(int64(s.Area[0]) + 1)), Length(around.Int64N(int64(s.Area[1]) + 1))}
}

// gridPlace returns one of so many places in the middles of the fields of a grid that
// has about as many to the east for each kilometre as to the north.
func gridPlace(area Point, site, sites int) Point {
	wide := 1
	for ; wide < sites; wide++ {
		high := (sites + wide - 1) / wide
		if int64(wide)*int64(area[1]) >= int64(high)*int64(area[0]) {
			break
		}
	}
	high := (sites + wide - 1) / wide
	x, y := site%wide, site/wide
	return Point{area[0] * Length(2*x+1) / Length(2*wide), area[1] * Length(2*y+1) / Length(2*high)}
}

// within draws a place at most so far from another and in the area: evenly, by trying
// places in the square around it. What lies at a corner of the area is tried often
// enough.
func within(luck *rand.Rand, of Point, radius Length, area Point) Point {
	for range 1000 {
		x, y := Length(luck.Int64N(2*int64(radius)+1))-radius, Length(luck.Int64N(2*int64(radius)+1))-radius
		p := Point{of[0] + x, of[1] + y}
		if x*x+y*y <= radius*radius && p[0] >= 0 && p[1] >= 0 && p[0] <= area[0] && p[1] <= area[1] {
			return p
		}
	}
	return of
}
