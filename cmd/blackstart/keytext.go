package main

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// keyLine says in one line what is known of the network's keys, and who is
// locked out.
func keyLine(s wire.Status) string {
	k := s.Keys
	line := fmt.Sprintf("block %d, from %s on", k.Block, k.Window)
	if k.Generation > 1 {
		line += fmt.Sprintf(", generation %d", k.Generation)
	}
	if k.Skipped > 0 {
		line += fmt.Sprintf("; %d older blocks are yet to be heard", k.Skipped)
	}
	if n := len(k.Revoked); n > 0 {
		line += fmt.Sprintf("; %d revoked", n)
	}
	force, waiting := 0, 0
	for _, x := range s.Suspended {
		if x.Waiting {
			waiting++
		} else {
			force++
		}
	}
	if force > 0 {
		line += fmt.Sprintf("; %d SUSPENDED, see blackstart suspend", force)
	}
	if waiting > 0 {
		line += fmt.Sprintf("; %d wait for a second person, see blackstart suspend", waiting)
	}
	return line
}
