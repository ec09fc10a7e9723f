package ident

import "fmt"

// GroupID is a group's number within its operator's network, 1..MaxGroup.
type GroupID uint8

const (
	// MaxGroup is the largest group number.
	MaxGroup GroupID = 127

	// NetworkGroup is the group that every node is in, guests too, without its
	// certificate saying so. What administers the network travels there, always
	// signed. It has no name and stands in no list of groups.
	NetworkGroup = MaxGroup
)

// Group is a named set of nodes that share a conversation and a key.
type Group struct {
	ID       GroupID // 1..126
	Name     string  // 1..MaxName bytes, see CheckText
	Incident bool    // made for an incident: the only kind that guests may be in
}

// GroupSet is a set of groups: bit g%8 of byte g/8 stands for group g.
type GroupSet [16]byte

// Groups returns the set of the groups named. Each must be 1..MaxGroup.
func Groups(ids ...GroupID) GroupSet {
	var s GroupSet
	for _, id := range ids {
		s = s.With(id)
	}
	return s
}

// Has reports whether g is in the set; a number that no group has is not.
func (s GroupSet) Has(g GroupID) bool { return g <= MaxGroup && s[g/8]&(1<<(g%8)) != 0 }

// With returns the set with g in it. g must be 1..MaxGroup.
func (s GroupSet) With(g GroupID) GroupSet {
	if g == 0 || g > MaxGroup {
		panic(fmt.Sprintf("ident: group %d in a set", g))
	}
	s[g/8] |= 1 << (g % 8)
	return s
}

// Without returns the set without g.
func (s GroupSet) Without(g GroupID) GroupSet {
	if g <= MaxGroup {
		s[g/8] &^= 1 << (g % 8)
	}
	return s
}

// IDs returns the groups in the set, ascending.
func (s GroupSet) IDs() []GroupID {
	var ids []GroupID
	for g := GroupID(0); g <= MaxGroup; g++ {
		if s.Has(g) {
			ids = append(ids, g)
		}
	}
	return ids
}
