package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// check looks for what no key says by itself: what refers to what, and what excludes
// what.
func (s *Scenario) check(r *reader) {
	s.checkNames(r)
	if s.number(r); len(r.mistakes) > 0 {
		return // what follows counts nodes
	}
	for i := range s.Nodes {
		s.checkGroup(r, &s.Nodes[i], len(s.Groups[i]))
	}
	for i := range s.Radios {
		s.checkRadio(r, &s.Radios[i])
	}
	for i := range s.Links {
		s.checkLink(r, &s.Links[i])
	}
	if s.HasContacts {
		s.checkContacts(r)
	}
	s.checkPeople(r)
	for i := range s.Events {
		s.checkEvent(r, &s.Events[i])
	}
	s.checkSurges(r)
	for i := range s.Expect {
		s.checkExpectation(r, &s.Expect[i])
	}
	s.checkProtocols(r)
}

// known notes names that are not among those that there are.
func (r *reader) known(field any, key string, names, there []string, what string) {
	for _, name := range names {
		if slices.Contains(there, name) {
			continue
		}
		remedy := "there is none; add one"
		if len(there) > 0 {
			remedy = fmt.Sprintf("did you mean %q? there are %s", strictyaml.Nearest(name, there), strings.Join(there, ", "))
		}
		r.wrong(r.at(field), remedy, "%s: there is no %s %q", key, what, name)
	}
}

func (s *Scenario) groupNames() (list []string) {
	for _, g := range s.Nodes {
		list = append(list, g.Name)
	}
	return list
}

func (s *Scenario) radioNames() (list []string) {
	for _, c := range s.Radios {
		list = append(list, c.Name)
	}
	return list
}

func (s *Scenario) linkNames() (list []string) {
	for _, l := range s.Links {
		list = append(list, l.Name)
	}
	return list
}

// checkNames demands that each group, radio and link has a name of its own.
func (s *Scenario) checkNames(r *reader) {
	first := map[string]int{}
	once := func(field any, what, name string) {
		if line, ok := first[what+name]; ok {
			r.wrong(r.at(field), "give it another name", "name: there is another %s %q on line %d", what, name, line)
		}
		first[what+name] = r.at(field)
		if name == Everyone && what == "group" {
			r.wrong(r.at(field), "give it another name", "name: %q means all nodes", name)
		}
	}
	for i := range s.Nodes {
		once(&s.Nodes[i].Name, "group", s.Nodes[i].Name)
	}
	for i := range s.Radios {
		once(&s.Radios[i].Name, "radio", s.Radios[i].Name)
	}
	for i := range s.Links {
		once(&s.Links[i].Name, "link", s.Links[i].Name)
	}
}

// number gives each node its number: first those groups that name theirs, then the
// others what is free.
func (s *Scenario) number(r *reader) {
	owner := map[int]string{}
	total := 0
	for i := range s.Nodes {
		g := &s.Nodes[i]
		if !r.stands(&g.Numbers) {
			total += g.Count
			continue
		}
		n := g.Numbers[1] - g.Numbers[0] + 1
		if r.stands(&g.Count) && g.Count != n {
			r.wrong(r.at(&g.Count), "leave count out", "count: it is %d, but numbers has %d", g.Count, n)
		}
		total += n
		for k := g.Numbers[0]; k <= g.Numbers[1]; k++ {
			if other, ok := owner[k]; ok {
				r.wrong(r.at(&g.Numbers), "let the ranges not overlap", "numbers: node %d is in %q already", k, other)
				break
			}
			owner[k] = g.Name
		}
	}
	if total > MaxNodes {
		r.wrong(r.at(&s.Nodes), "make the groups smaller", "nodes: there are %d, at most %d", total, MaxNodes)
	}
	if len(r.mistakes) > 0 {
		return
	}
	s.Groups = make([][]int, len(s.Nodes))
	free := 0
	for i := range s.Nodes {
		g := &s.Nodes[i]
		if r.stands(&g.Numbers) {
			for k := g.Numbers[0]; k <= g.Numbers[1]; k++ {
				s.Groups[i] = append(s.Groups[i], k)
			}
			continue
		}
		for range g.Count {
			for ; owner[free] != ""; free++ {
			}
			owner[free] = g.Name
			s.Groups[i] = append(s.Groups[i], free)
		}
	}
	for k := range total {
		if owner[k] == "" {
			r.wrong(r.at(&s.Nodes), "let the numbers begin with 0 and leave none out", "nodes: no node has the number %d", k)
			return
		}
	}
}

func (s *Scenario) checkGroup(r *reader, g *Group, count int) {
	r.known(&g.Radios, "radios", g.Radios, s.radioNames(), "radio")
	s.checkPlace(r, g, count)
	g.finish(r.stands)
	need := func(when bool, field any, key, of string) {
		switch stands := r.stands(field); {
		case when && !stands:
			r.wrong(r.at(g), "add it", "nodes: %s needs the key %q", of, key)
		case !when && stands:
			r.wrong(r.at(field), "leave it out", "%s: it means something only with %s", key, of)
		}
	}
	need(g.Place == Lined, &g.From, "from", "place: line")
	need(g.Place == Lined, &g.To, "to", "place: line")
	need(g.Moves == Route, &g.Stops, "stops", "moves: route")
	if g.Moves == Route && len(g.Stops) == 1 {
		r.wrong(r.at(&g.Stops), "name two places or more", "stops: one is no route")
	}
	if g.Moves == Walk && g.Place != Scattered {
		r.wrong(r.at(&g.Place), "leave it out", "place: those who walk begin anywhere")
	}
	if g.Moves != Shift && r.stands(&g.Jobs) {
		need(false, &g.Jobs, "jobs", "moves: shift")
	}
	if g.Power == Mains && r.stands(&g.Battery) {
		need(false, &g.Battery, "battery", "power: ups or battery")
	}
	if g.Power != OnBattery && r.stands(&g.Swap) {
		need(false, &g.Swap, "swap", "power: battery")
	}
	if g.Moves == Fixed {
		if r.stands(&g.Speed) {
			need(false, &g.Speed, "speed", "moves: walk, shift or route")
		}
		if r.stands(&g.Pause) {
			need(false, &g.Pause, "pause", "moves: walk, shift or route")
		}
	}
	if g.Together == 1 && r.stands(&g.Spread) {
		need(false, &g.Spread, "spread", "together")
	}
}

// checkPlace checks where a group of so many nodes is.
func (s *Scenario) checkPlace(r *reader, g *Group, count int) {
	places := (count + g.Together - 1) / g.Together
	switch {
	case g.Place == Given && len(g.At) != places:
		r.wrong(r.either(&g.At, g), "name each place once", "at: %d places for %d nodes", len(g.At), places)
	case g.Place == Scattered && len(g.At) > 1:
		r.wrong(r.at(&g.At), "name one place, or write place: given", "at: %d places, but nodes are scattered around one", len(g.At))
	case g.Place == Scattered && r.stands(&g.Radius) != (len(g.At) == 1):
		r.wrong(r.either(&g.Radius, &g.At), "write both, or neither", "radius: nodes are scattered within a radius of at")
	case g.Place != Given && g.Place != Scattered && r.stands(&g.At):
		r.wrong(r.at(&g.At), "write place: given, or leave it out", "at: it means nothing with place: %s", g.Place)
	case g.Place != Scattered && r.stands(&g.Radius):
		r.wrong(r.at(&g.Radius), "write place: scattered, or leave it out", "radius: it means nothing with place: %s", g.Place)
	}
	for field, list := range map[any][]Point{&g.At: g.At, &g.Stops: g.Stops, &g.From: {g.From}, &g.To: {g.To}} { // order: mistakes are sorted by line
		for _, p := range list {
			if p[0] > s.Area[0] || p[1] > s.Area[1] {
				r.wrong(r.at(field), "make the area larger, or move it",
					"%s is outside of the area of %s", p, s.Area)
			}
		}
	}
}

// either returns the line of the first that stands there.
func (r *reader) either(fields ...any) int {
	for _, f := range fields {
		if r.stands(f) {
			return r.at(f)
		}
	}
	return 0
}

// String writes a place as in a file.
func (p Point) String() string {
	return strictyaml.Length().Write(int64(p[0])) + " x " + strictyaml.Length().Write(int64(p[1]))
}
