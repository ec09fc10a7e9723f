package routing

import (
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Nodes is a set of node numbers in ascending order. The zero value is empty.
type Nodes []ident.Number

// Has reports whether the set holds n.
func (s Nodes) Has(n ident.Number) bool {
	_, found := slices.BinarySearch(s, n)
	return found
}

// Add puts n into the set and reports whether it was not there.
func (s *Nodes) Add(n ident.Number) bool {
	i, found := slices.BinarySearch(*s, n)
	if !found {
		*s = slices.Insert(*s, i, n)
	}
	return !found
}

// Remove takes n out of the set and reports whether it was there.
func (s *Nodes) Remove(n ident.Number) bool {
	i, found := slices.BinarySearch(*s, n)
	if found {
		*s = slices.Delete(*s, i, i+1)
	}
	return found
}
