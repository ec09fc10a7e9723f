package scenario

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/people"
)

// people has the people of a scenario write, or takes what the file says.
func (p *plan) people() error {
	for _, m := range p.Files.Messages {
		one := sim.Message{At: m.At, From: m.From, To: node(m.To), Bytes: max(1, m.Bytes), Precedence: bundle.Routine, Lifetime: m.Lifetime}
		if m.Lifetime == contact.Forever {
			one.Lifetime = 0
		}
		p.submit(one)
	}
	load := people.Workload{Nodes: p.Count(), End: p.Lasts}
	for i := range p.People {
		load.Sources = append(load.Sources, p.source(i))
	}
	for i := range p.Events {
		if e := &p.Events[i]; e.What == Surge {
			load.Surges = append(load.Surges, p.surge(e))
		}
	}
	if len(load.Sources) == 0 {
		return nil
	}
	list, err := load.Write(p.stream)
	if err != nil {
		return fmt.Errorf("people: %w", err)
	}
	for _, m := range list {
		one := sim.Message{At: m.At, From: m.From, Precedence: m.Precedence, Bytes: m.Bytes, Lifetime: m.Lifetime, To: bundle.Destination{Group: sim.Everyone}}
		if m.To != people.Everyone {
			one.To = node(m.To)
		}
		p.submit(one)
	}
	return nil
}

func node(index int) bundle.Destination { return bundle.Destination{Node: ident.Number(index + 1)} }

// submit takes a message that is written before the run ends.
func (p *plan) submit(m sim.Message) {
	if m.At < p.lasts {
		p.traffic = append(p.traffic, m)
	}
}

// source is people in the words of package people.
func (p *plan) source(i int) people.Source {
	s := &p.People[i]
	out := people.Source{
		Name: sourceName(i), From: p.named(s.Who), Every: s.Every, Shared: s.Together == "yes", Poisson: s.Timing == Random,
		Begin: s.From, End: s.Until, Burst: s.Burst, Bytes: people.Range{Least: s.Size[0], Most: s.Size[1]},
	}
	for k, share := range s.Precedence {
		out.Precedence[k], out.Lifetime[k] = int(share), s.Lifetime
	}
	to := people.Share{Of: 1}
	if s.To[0] != Everyone {
		to.To = p.named(s.To)
	}
	out.To = []people.Share{to}
	return out
}

func sourceName(i int) string { return fmt.Sprintf("people %d", i+1) }

// surge has those people write more who are at the nodes of an event, or all.
func (p *plan) surge(e *Event) people.Surge {
	out := people.Surge{Begin: e.At, End: e.end(p.Lasts), Percent: 100 * e.Times}
	if len(e.Who) > 0 {
		out.From = p.named(e.Who)
	}
	return out
}

// end is when an event ends.
func (e *Event) end(lasts time.Duration) time.Duration {
	if e.For == 0 {
		return lasts
	}
	return min(lasts, e.At+e.For)
}
