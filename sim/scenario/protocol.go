package scenario

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/reference"
)

// protocols names all that can be compared.
func protocols() []string { return append([]string{Blackstart}, reference.Names()...) }

// protocol returns a protocol of others by its name, with what its rules make of the
// scenario's radios.
func (s *Scenario) protocol(name string) (reference.Protocol, error) {
	p, err := reference.ByName(name)
	if f, ok := p.(reference.Flood); ok {
		if i := slices.IndexFunc(s.Radios, func(c Radio) bool { return c.Kind == LoRa }); i >= 0 {
			f.Slot = reference.ContentionSlot(s.Radios[i].lora().Symbol())
		}
		return f, err
	}
	return p, err
}

// access is how radios get the channel. Modems listen and wait by themselves; flooding
// protocols have rules of their own for that, and transmit at once.
func (p *plan) access() medium.Access {
	if o := p.options.Protocol; o != nil && slices.Contains([]string{"flood", "meshcore"}, o.Name()) {
		return medium.Immediate
	}
	return medium.Persistent
}
