package scenario

import (
	"time"

	"github.com/blackstart-mesh/blackstart/sim"
	"github.com/blackstart-mesh/blackstart/sim/contact"
	"github.com/blackstart-mesh/blackstart/sim/motion"
)

// look is how often it is looked who is in range of whom.
const look = time.Second

// contacts makes the links of those who meet.
func (p *plan) contacts() error {
	if !p.HasContacts {
		return nil
	}
	c := &p.Contacts
	who := c.Nodes
	if len(who) == 0 {
		who = []string{Everyone}
	}
	nodes := p.named(who)
	list := p.Files.Contacts
	if c.Range > 0 {
		tracks := make([]motion.Track, len(nodes))
		for i, n := range nodes {
			tracks[i] = p.tracks[n]
		}
		met, err := motion.Contacts(tracks, p.lasts, motion.Range{Metres: c.Range.Metres(), Step: look})
		if err != nil {
			return err
		}
		list = make([]contact.Change, len(met))
		for i, m := range met {
			m.A, m.B = nodes[m.A], nodes[m.B] // in order, as nodes is
			list[i] = m
		}
	}
	p.options.LANs = append(p.options.LANs, sim.LAN{
		Name: "contacts", Nodes: nodes, BitsPerSecond: c.Rate, Loss: c.Loss.Of(),
		HalfDuplex: true, Traced: true, Contacts: list,
	})
	return nil
}
