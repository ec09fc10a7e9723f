package scenario

import (
	"github.com/blackstart-mesh/blackstart/sim"
)

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
	lan := sim.LAN{
		Name: "contacts", Nodes: p.named(who), BitsPerSecond: c.Rate, Loss: c.Loss.Of(),
		HalfDuplex: true, Traced: true, Contacts: p.Files.Contacts,
	}
	p.options.LANs = append(p.options.LANs, lan)
	return nil
}
