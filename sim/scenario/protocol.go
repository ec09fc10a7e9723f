package scenario

import (
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/radio/medium"
	"github.com/blackstart-mesh/blackstart/sim/reference"
)

// protocols names all that can be compared.
func protocols() []string {
	return []string{Blackstart, "flood", "meshcore", "epidemic", "spray", "direct"}
}

// protocol returns a protocol of others by its name.
func (s *Scenario) protocol(name string) (reference.Protocol, error) {
	if name != "flood" {
		return nil, fmt.Errorf("no protocol %q", name)
	}
	f := reference.Meshtastic()
	if i := slices.IndexFunc(s.Radios, func(c Radio) bool { return c.Kind == LoRa }); i >= 0 {
		f.Slot = reference.ContentionSlot(s.Radios[i].lora().Symbol())
	}
	return f, nil
}

// access is how radios get the channel. Modems listen and wait by themselves; flooding
// protocols have rules of their own for that, and transmit at once.
func (p *plan) access() medium.Access {
	if o := p.options.Protocol; o != nil && slices.Contains([]string{"flood", "meshcore"}, o.Name()) {
		return medium.Immediate
	}
	return medium.Persistent
}
