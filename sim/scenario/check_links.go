package scenario

import (
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/radio/ledger"
)

func (s *Scenario) checkRadio(r *reader, c *Radio) {
	if len(s.with(c.Name)) == 0 {
		r.wrong(r.at(&c.Name), "name it in radios of a group of nodes, or leave it out", "name: no node has the radio %q", c.Name)
	}
	other := map[any]string{&c.Rate: "rate", &c.KeyUp: "key-up"}
	if c.Kind != LoRa {
		other = map[any]string{&c.Preset: "preset", &c.Spreading: "spreading", &c.Bandwidth: "bandwidth", &c.Coding: "coding", &c.Preamble: "preamble"}
	}
	for field, key := range other { // order: mistakes are sorted by line
		if r.stands(field) {
			r.wrong(r.at(field), "leave it out", "%s: it means nothing with kind: %s", key, c.Kind)
		}
	}
	if c.Kind == FSK && c.Rate > 0 && c.Rate < 2400 {
		r.wrong(r.at(&c.Rate), "write kind: afsk, or 2400 bit/s or more", "rate: %s is no rate of kind: fsk", strictyaml.Rate().Write(int64(c.Rate)))
	}
	if c.Kind == AFSK && c.Rate > 2400 {
		r.wrong(r.at(&c.Rate), "write kind: fsk, or 2400 bit/s or less", "rate: %s is no rate of kind: afsk", strictyaml.Rate().Write(int64(c.Rate)))
	}
	c.finish()
	s.checkLoss(r, c)
	s.checkDuty(r, c)
}

// checkDuty demands that the shortest frame of Blackstart's node fits into what the
// radio may transmit: a link on which none does stays silent.
func (s *Scenario) checkDuty(r *reader, c *Radio) {
	ch := c.channel()
	p := radio.Profile{MTU: ch.MTU, BitsPerSecond: ch.Radio.BitsPerSecond, Overhead: ch.Radio.Overhead, Air: ch.Air, Band: ch.Band}
	rule, err := ledger.For(p, licence)
	if err == nil {
		_, err = rule.MTU(p)
	}
	if err != nil {
		r.wrong(r.either(&c.Duty, c), "", "duty: %v", err)
	}
}

// checkLoss demands one law by which nodes hear each other.
func (s *Scenario) checkLoss(r *reader, c *Radio) {
	laws := []struct {
		field any
		key   string
	}{{&c.PathLoss, "path-loss"}, {&c.Reach, "reach"}, {&c.Matrix, "matrix"}}
	said := ""
	for _, l := range laws {
		if !r.stands(l.field) {
			continue
		}
		if said != "" {
			r.wrong(r.at(l.field), "leave out one of them", "%s: %s says already who hears whom", l.key, said)
		}
		said = l.key
	}
	if said == "reach" || said == "matrix" {
		for field, key := range map[any]string{&c.Shadowing: "shadowing", &c.Fading: "fading"} { // order: mistakes are sorted by line
			if r.stands(field) && said == "reach" || r.stands(field) && key == "shadowing" {
				r.wrong(r.at(field), "leave it out", "%s: it means nothing with %s", key, said)
			}
		}
	}
	if said == "" || said == "path-loss" {
		s.checkModel(r, c)
	}
	if said != "matrix" {
		return
	}
	for i := range s.Nodes {
		g := &s.Nodes[i]
		if g.Moves != Fixed && g.has(c.Name) {
			r.wrong(r.at(&g.Moves), "write moves: fixed, or give the radio a path-loss", "moves: the radio %q has a matrix, in which nothing moves", c.Name)
		}
	}
}

func (s *Scenario) checkLink(r *reader, l *Link) {
	r.known(&l.Nodes, "nodes", l.Nodes, append(s.groupNames(), Everyone), "group")
	n := len(s.named(l.Nodes))
	if r.stands(&l.Each) && n%l.Each != 0 {
		r.wrong(r.at(&l.Each), "write a number that divides it", "each: %d nodes are no whole number of networks of %d", n, l.Each)
	}
	if r.stands(&l.Fails) && !r.stands(&l.Works) {
		r.wrong(r.at(&l.Fails), "add works, how long a network works before it fails", "fails: it means something only with works")
	}
	l.finish(s.Lasts, r.stands)
	if l.From >= l.Until {
		r.wrong(r.either(&l.Until, &l.From), "write a later one", "until: it ends before it begins")
	}
}

func (s *Scenario) checkContacts(r *reader) {
	c := &s.Contacts
	r.known(&c.Nodes, "nodes", c.Nodes, s.groupNames(), "group")
	switch file, within := r.stands(&c.File), r.stands(&c.Range); {
	case file && within:
		r.wrong(r.at(&c.Range), "leave out one of them", "range: file says already who meets whom")
	case !file && !within:
		r.wrong(r.at(&s.HasContacts), "write one of them", "contacts: neither file nor range stands there")
	case file && r.stands(&c.Nodes):
		r.wrong(r.at(&c.Nodes), "leave it out", "nodes: it means something only with range")
	}
}

func (s *Scenario) checkPeople(r *reader) {
	if r.stands(&s.Messages) && r.stands(&s.People) {
		r.wrong(r.at(&s.Messages), "leave out one of them", "messages: people says already who writes what")
	}
	for i := range s.People {
		p := &s.People[i]
		r.known(&p.Who, "who", p.Who, append(s.groupNames(), Everyone), "group")
		r.known(&p.To, "to", p.To, append(s.groupNames(), Everyone), "group")
		if len(p.To) > 1 && slices.Contains(p.To, Everyone) {
			r.wrong(r.at(&p.To), "leave out the others", "to: everyone is more than the others beside it")
		}
		if from, to := s.named(p.Who), s.named(p.To); len(from) == 1 && slices.Equal(from, to) && !slices.Contains(p.To, Everyone) {
			r.wrong(r.at(&p.To), "name another group", "to: nobody writes to himself")
		}
		s.checkReached(r, append(slices.Clone(p.Who), p.To...))
		if !r.stands(&p.Until) {
			p.Until = s.Lasts
		}
		if p.From >= p.Until {
			r.wrong(r.either(&p.Until, &p.From), "write a later one", "until: it ends before it begins")
		}
	}
}

// checkReached demands that those who write, and those to whom somebody does, have
// anything at all that a message could travel by.
func (s *Scenario) checkReached(r *reader, groups []string) {
	on := func(list []string, name string) bool {
		return slices.Contains(list, name) || slices.Contains(list, Everyone)
	}
	for i := range s.Nodes {
		g := &s.Nodes[i]
		linked := slices.ContainsFunc(s.Links, func(l Link) bool { return on(l.Nodes, g.Name) })
		meets := s.HasContacts && (len(s.Contacts.Nodes) == 0 || on(s.Contacts.Nodes, g.Name))
		if on(groups, g.Name) && len(g.Radios) == 0 && !linked && !meets {
			r.wrong(r.at(&g.Name), "name a radio under radios, or add it to a link", "name: %q has no radio, link or contacts, and people of it write or are written to", g.Name)
		}
	}
}

func (s *Scenario) checkEvent(r *reader, e *Event) {
	i := slices.IndexFunc(eventKinds(), func(k eventKind) bool { return k.what == e.What })
	kind := eventKinds()[i]
	for _, k := range e.keys() {
		stands := r.stands(k.to.address())
		switch {
		case k.name == "at" || k.name == "what":
		case slices.Contains(kind.needs, k.name) && !stands:
			r.wrong(r.at(e), "add it", "events: %s needs the key %q", e.What, k.name)
		case stands && !slices.Contains(kind.needs, k.name) && !slices.Contains(kind.takes, k.name):
			r.wrong(r.at(k.to.address()), "its keys are "+strings.Join(append(slices.Clone(kind.needs), kind.takes...), ", "),
				"%s: it means nothing with what: %s", k.name, e.What)
		}
	}
	if e.At >= s.Lasts {
		r.wrong(r.at(&e.At), "write an earlier one", "at: the scenario ends after %s", strictyaml.Time().Write(int64(s.Lasts)))
	}
	there, what := append(s.groupNames(), Everyone), "group"
	if e.What == Outage {
		there, what = s.linkNames(), "link"
	}
	r.known(&e.Who, "who", e.Who, there, what)
	r.known(&e.With, "with", e.With, there, what)
	if r.stands(&e.With) || e.What == Cut {
		s.checkSides(r, e)
	}
	if e.Radio != "" {
		r.known(&e.Radio, "radio", []string{e.Radio}, s.radioNames(), "radio")
		s.checkOnRadio(r, e)
	}
}

// checkSides demands two sides of what has two: a cut or a wormhole between nodes and
// themselves is none.
func (s *Scenario) checkSides(r *reader, e *Event) {
	who, with := s.named(e.Who), s.named(e.With)
	if len(e.With) == 0 {
		with = s.named([]string{Everyone})
	}
	alone := !slices.ContainsFunc(with, func(n int) bool { _, found := slices.BinarySearch(who, n); return !found })
	if e.What == Wormhole && len(who) > 0 && len(with) > 0 {
		alone = who[0] == with[0] // it stands beside the first of each
	}
	if len(who) > 0 && alone {
		r.wrong(r.either(&e.With, &e.Who), "name other groups on the other side", "%s: both sides are the same nodes", e.What)
	}
}

// checkSurges demands that of the surges of one time none is of the same nodes.
func (s *Scenario) checkSurges(r *reader) {
	for i := range s.Events {
		a := &s.Events[i]
		for k := range s.Events[:i] {
			b := &s.Events[k]
			if a.What != Surge || b.What != Surge || a.At >= b.end(s.Lasts) || b.At >= a.end(s.Lasts) {
				continue
			}
			if len(a.Who) == 0 || len(b.Who) == 0 || overlap(s.named(a.Who), s.named(b.Who)) {
				r.wrong(r.at(&a.At), "let one end before the other begins", "at: another surge of the same nodes begins on line %d", r.at(b))
			}
		}
	}
}

// overlap reports whether two lists in order have a number in common.
func overlap(a, b []int) bool {
	return slices.ContainsFunc(a, func(n int) bool { _, found := slices.BinarySearch(b, n); return found })
}

// checkOnRadio demands that those whom an event on a radio concerns have that radio.
func (s *Scenario) checkOnRadio(r *reader, e *Event) {
	on := s.with(e.Radio)
	for field, groups := range map[any][]string{&e.Who: e.Who, &e.With: e.With} { // order: mistakes are sorted by line
		for _, n := range s.named(groups) {
			if !slices.Contains(on, n) {
				r.wrong(r.at(field), "name groups that have it", "%s: node %d does not have the radio %q", e.What, n, e.Radio)
				break
			}
		}
	}
}

func (s *Scenario) checkExpectation(r *reader, e *Expectation) {
	if !r.stands(&e.Delivered) && !r.stands(&e.Median) {
		r.wrong(r.at(e), "write one of them", "expect: neither delivered nor median stands there")
	}
	if r.stands(&e.Within) && !r.stands(&e.Delivered) {
		r.wrong(r.at(&e.Within), "add delivered, or leave it out", "within: it means something only with delivered")
	}
	r.known(&e.Protocol, "protocol", []string{e.Protocol}, protocols(), "protocol")
	if (len(s.People) > 0 || s.Messages != "") && !s.writes(e) {
		r.wrong(r.at(e), "let people write some, or leave it out", "expect: nobody writes messages%s", e.which())
	}
}

// writes reports whether somebody writes messages that an expectation is about. Those
// of a file are of precedence routine, each to one node.
func (s *Scenario) writes(e *Expectation) bool {
	is := func(group bool, precedence string) bool {
		return (e.To == "" || group == (e.To == ToGroups)) && (e.Precedence == "" || e.Precedence == precedence)
	}
	if s.Messages != "" {
		return is(false, "routine")
	}
	for i := range s.People {
		p := &s.People[i]
		for k, share := range p.Precedence {
			if share > 0 && is(slices.Contains(p.To, Everyone), Precedences()[k]) {
				return true
			}
		}
	}
	return false
}

func (s *Scenario) checkProtocols(r *reader) {
	r.known(&s.Protocols, "protocols", s.Protocols, protocols(), "protocol")
}
