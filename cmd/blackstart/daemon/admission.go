package daemon

import (
	"sync"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// admission says with whom links may have sessions: the roster without those who
// are locked out. Several goroutines ask it.
type admission struct {
	mu     sync.Mutex
	out    []ident.Number // who is locked out
	of     *ident.Roster  // the roster from which admitted was made
	inside *ident.Roster
}

// from returns who may have sessions, of a roster.
func (a *admission) from(roster *ident.Roster) *ident.Roster {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of != roster {
		a.of, a.inside = roster, roster.Without(a.out)
	}
	return a.inside
}

// exclude notes who is locked out from now on.
func (a *admission) exclude(out []ident.Number) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.out, a.of = out, nil
}
