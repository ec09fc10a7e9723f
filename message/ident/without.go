package ident

import "slices"

// Without returns the roster without some nodes: those that are locked out.
func (r *Roster) Without(out []Number) *Roster {
	if len(out) == 0 {
		return r
	}
	certs := slices.DeleteFunc(slices.Clone(r.certs), func(c *Certificate) bool { return slices.Contains(out, c.Number) })
	less, err := NewRoster(r.operator, r.root, r.groups, certs)
	if err != nil {
		panic("ident: a part of a roster is none: " + err.Error()) // what is unique stays so
	}
	return less
}
