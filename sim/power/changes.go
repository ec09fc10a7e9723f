package power

import (
	"cmp"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/sim/chance"
	"github.com/blackstart-mesh/blackstart/sim/oracle"
)

// Changes returns which nodes go on and off in a run, in the order of time, or what is
// wrong with the plan.
func (p *Plan) Changes(stream chance.Stream) ([]Change, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	off, dark := make([][]Span, p.Nodes), make([][]Span, p.Nodes)
	for i := range p.Strikes {
		s := &p.Strikes[i]
		if s.Mains {
			s.hit(dark, p.End, stream)
		} else {
			s.hit(off, p.End, stream)
		}
	}
	fed := make([]bool, p.Nodes)
	for i := range p.Supplies {
		s := &p.Supplies[i]
		without := chance.Sample(stream, "power "+s.Name+" without", s.Nodes, s.Without)
		for _, n := range s.Nodes {
			fed[n] = true
			luck := stream("power "+s.Name+" battery", n)
			switch {
			case s.Portable:
				off[n] = append(off[n], s.portable(luck, p.End)...)
			case s.Battery == Span{} || slices.Contains(without, n):
				off[n] = append(off[n], s.bridge(0, join(dark[n]), p.End)...)
			default:
				off[n] = append(off[n], s.bridge(chance.Between(luck, s.Battery.Least, s.Battery.Most), join(dark[n]), p.End)...)
			}
		}
	}
	for n, is := range fed {
		if !is {
			off[n] = append(off[n], dark[n]...)
		}
	}
	for i := range p.Restarts {
		p.Restarts[i].cause(off, p.End, stream)
	}
	return changes(off, p.End), nil
}

// join puts times in order, and makes one of those that overlap or meet.
func join(list []Span) []Span {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Span) int { return cmp.Compare(a.Least, b.Least) })
	out := list[:0]
	for _, s := range list {
		if n := len(out) - 1; n >= 0 && s.Least <= out[n].Most {
			out[n].Most = max(out[n].Most, s.Most)
		} else if s.Most > s.Least {
			out = append(out, s)
		}
	}
	return out
}

// changes makes one list of the times at which each node is off.
func changes(off [][]Span, end time.Duration) (out []Change) {
	for n, list := range off {
		for _, s := range join(list) {
			if s.Least >= end {
				break
			}
			out = append(out, Change{At: s.Least, Node: n})
			if s.Most < end {
				out = append(out, Change{At: s.Most, Node: n, On: true})
			}
		}
	}
	slices.SortFunc(out, func(a, b Change) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Node, b.Node)) })
	return out
}

// Outages returns when nodes are off, in the words of the oracle. The changes are in
// order; whoever stays off does so for good.
func Outages(changes []Change) (out []oracle.Outage) {
	open := make(map[int]int) // by node: place in the answer, and one
	for _, c := range changes {
		switch i := open[c.Node]; {
		case c.On && i > 0:
			out[i-1].End = c.At
			open[c.Node] = 0
		case !c.On && i == 0:
			out = append(out, oracle.Outage{Node: c.Node, Begin: c.At, End: oracle.Forever})
			open[c.Node] = len(out)
		}
	}
	return out
}
