package keyring

import (
	"cmp"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Merge takes what a newer package of the same node brings. Nothing that is held
// is lost and nothing goes back: the path moves only to a later generation or
// serial, what it would have opened until there is kept as skipped; a group's secret
// gives way to one that the authority drew anew, and stays for reading, unless the
// group's administrator has renewed it. The blocks in the same file are applied afterwards.
//
// A package for another number is refused (ErrOtherNode), and so is one whose
// path or epoch contradicts what is held (ErrConflict); the state is then
// unchanged.
func (s *State) Merge(p Package) error {
	if !p.HaveKeys() {
		s.takeGroups(p.Groups, true)
		return nil
	}
	fresh, err := New(p)
	if err != nil {
		return err
	}
	if p.Path.Number != s.Path.Number {
		return fmt.Errorf("%w: %v, this is node %v", ErrOtherNode, p.Path.Number, s.Path.Number)
	}
	order, err := compare(p.Path, s.Path)
	if err != nil {
		return err
	}
	next := s.Clone()
	if err := next.addEpoch(fresh.Epochs[0]); err != nil {
		return err
	}
	if order >= 0 {
		next.Bootstrap = p.Bootstrap
		if order > 0 {
			_, passed, _ := next.Path.Walk(p.Path.Serial, MaxSkipped) // too far ahead: none are kept
			next.skip(p.Path.Serial, passed)
			next.Path = fresh.Path
		}
	}
	next.takeGroups(p.Groups, order >= 0)
	next.reach(p.Epoch.Base)
	*s = *next
	return nil
}

// takeGroups takes the secrets of groups of which none is held, and of a newer
// package those that the authority drew anew, unless a group's administrator has
// renewed them since: the authority does not know what he drew.
func (s *State) takeGroups(groups map[ident.GroupID]seal.Secret, newer bool) {
	for g, secret := range groups { // order: into a map
		_, held := s.Groups[g]
		switch {
		case !held:
			s.Groups[g] = secret
		case newer && s.Editions[g] == 0:
			s.replace(g, secret)
		}
	}
}

// compare orders paths by generation and serial, which only climb together.
func compare(a, b keyblock.Path) (int, error) {
	generation, serial := cmp.Compare(a.Generation, b.Generation), cmp.Compare(a.Serial, b.Serial)
	if generation*serial < 0 {
		return 0, fmt.Errorf("%w: path of generation %d for serial %d, held is one of %d for %d", ErrConflict, a.Generation, a.Serial, b.Generation, b.Serial)
	}
	if generation != 0 {
		return generation, nil
	}
	return serial, nil
}
