package scenario

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/chance"
	"github.com/blackstart-mesh/blackstart/sim/contact"
)

// links makes the LANs and the cellular networks.
func (p *plan) links() error {
	for i := range p.Links {
		l := &p.Links[i]
		nodes := p.named(l.Nodes)
		each := len(nodes)
		if l.Each > 0 {
			each = l.Each
		}
		for k := 0; k < len(nodes); k += each {
			on := nodes[k:min(k+each, len(nodes))]
			name := l.Name
			if each < len(nodes) {
				name = fmt.Sprintf("%s %d", l.Name, k/each+1)
			}
			p.options.LANs = append(p.options.LANs, sim.LAN{
				Name: name, Nodes: on, Delay: l.Delay, BitsPerSecond: l.Rate, Loss: l.Loss.Of(),
				Traced: true, Contacts: p.schedule(l, k/each, on),
			})
		}
	}
	return nil
}

// away is a time during which a network does not work.
type away struct{ begin, end time.Duration }

// schedule says when the nodes of a network are connected.
func (p *plan) schedule(l *Link, network int, on []int) (out []contact.Change) {
	var up []away
	from := l.From
	for _, a := range p.outages(l, network) {
		if a.begin > from {
			up = append(up, away{from, a.begin})
		}
		from = max(from, a.end)
	}
	if from < l.Until {
		up = append(up, away{from, l.Until})
	}
	for _, u := range up {
		for i, b := range on {
			for _, a := range on[:i] {
				out = append(out, contact.Change{At: u.begin, A: a, B: b, Up: true})
				if u.end < p.lasts {
					out = append(out, contact.Change{At: u.end, A: a, B: b})
				}
			}
		}
	}
	contact.Sort(out)
	return out
}

// outages are the times, in order, at which a network fails: by itself, and by events.
func (p *plan) outages(l *Link, network int) (out []away) {
	if l.Works[1] > 0 {
		luck := luck(p.seed, "failures of "+l.Name, network)
		for at := l.From; at < l.Until; {
			at += chance.Between(luck, l.Works[0], l.Works[1])
			end := at + chance.Between(luck, l.Fails[0], l.Fails[1])
			out = append(out, away{at, min(end, l.Until)})
			at = end
		}
	}
	for i := range p.Events {
		if e := &p.Events[i]; e.What == Outage && p.strikes(i, l, network) {
			out = append(out, away{e.At, e.end(l.Until)})
		}
	}
	return ordered(out)
}
