package ident

import (
	"cmp"
	"fmt"
	"slices"
)

// Roster is what a node knows of its network. It does not change; an update of
// the network file makes a new one.
type Roster struct {
	operator OperatorID
	root     SignKey
	groups   []Group        // ascending by id
	certs    []*Certificate // ascending by number
	byNumber map[Number]*Certificate
	byName   map[string]*Certificate
	byKey    map[SignKey]*Certificate
}

// NewRoster makes a roster. It refuses (ErrRoster) a certificate of another
// operator, two that share a number, name or key (each of these must point at
// one device), one with a group that does not exist, and a guest's with a group
// that is not an incident's. It does not verify signatures; who reads
// certificates from outside has done so. The certificates are kept and must not
// change.
func NewRoster(operator OperatorID, root SignKey, groups []Group, certs []*Certificate) (*Roster, error) {
	r := &Roster{
		operator: operator,
		root:     root,
		groups:   slices.Clone(groups),
		certs:    slices.Clone(certs),
		byNumber: make(map[Number]*Certificate, len(certs)),
		byName:   make(map[string]*Certificate, len(certs)),
		byKey:    make(map[SignKey]*Certificate, len(certs)),
	}
	slices.SortStableFunc(r.groups, func(a, b Group) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.certs, func(a, b *Certificate) int { return cmp.Compare(a.Number, b.Number) })
	if err := checkGroups(r.groups); err != nil {
		return nil, err
	}
	boxes := make(map[BoxKey]Number, len(certs))
	for _, c := range r.certs {
		if err := r.add(c); err != nil {
			return nil, err
		}
		if other, ok := boxes[c.Box]; ok {
			return nil, fmt.Errorf("%w: nodes %v and %v share box key %v", ErrRoster, other, c.Number, c.Box)
		}
		boxes[c.Box] = c.Number
	}
	return r, nil
}

func checkGroups(sorted []Group) error {
	names := make(map[string]GroupID, len(sorted))
	for i, g := range sorted {
		if g.ID == 0 || g.ID >= NetworkGroup {
			return fmt.Errorf("%w: group number %d", ErrRoster, g.ID)
		}
		if i > 0 && sorted[i-1].ID == g.ID {
			return fmt.Errorf("%w: two groups %d", ErrRoster, g.ID)
		}
		if err := CheckText(g.Name, MaxName); err != nil || g.Name == "" {
			return fmt.Errorf("%w: group %d is named %q", ErrRoster, g.ID, g.Name)
		}
		if other, ok := names[g.Name]; ok {
			return fmt.Errorf("%w: groups %d and %d are both named %q", ErrRoster, other, g.ID, g.Name)
		}
		names[g.Name] = g.ID
	}
	return nil
}

func (r *Roster) add(c *Certificate) error {
	if err := c.Check(); err != nil {
		return fmt.Errorf("%w: node %v: %w", ErrRoster, c.Number, err)
	}
	if c.Operator != r.operator {
		return fmt.Errorf("%w: node %v belongs to operator %v, not %v", ErrRoster, c.Number, c.Operator, r.operator)
	}
	if r.byNumber[c.Number] != nil {
		return fmt.Errorf("%w: two nodes %v", ErrRoster, c.Number)
	}
	if other := r.byName[c.Name]; other != nil {
		return fmt.Errorf("%w: nodes %v and %v are both named %q", ErrRoster, other.Number, c.Number, c.Name)
	}
	if other := r.byKey[c.Sign]; other != nil {
		return fmt.Errorf("%w: nodes %v and %v share sign key %v", ErrRoster, other.Number, c.Number, c.Sign)
	}
	for _, id := range c.Groups.IDs() {
		g, ok := r.Group(id)
		if !ok {
			return fmt.Errorf("%w: node %v is in group %d, which does not exist", ErrRoster, c.Number, id)
		}
		if c.IsGuest() && !g.Incident {
			return fmt.Errorf("%w: guest %v is in group %q, which is not an incident's: %w", ErrRoster, c.Number, g.Name, ErrPrivilege)
		}
	}
	r.byNumber[c.Number], r.byName[c.Name], r.byKey[c.Sign] = c, c, c
	return nil
}

// Operator returns the operator's id.
func (r *Roster) Operator() OperatorID { return r.operator }

// Root returns the key that signs certificates.
func (r *Roster) Root() SignKey { return r.root }

// Certificate returns the certificate of a node.
func (r *Roster) Certificate(n Number) (*Certificate, bool) {
	c, ok := r.byNumber[n]
	return c, ok
}

// BySignKey returns the certificate that holds a key.
func (r *Roster) BySignKey(key SignKey) (*Certificate, bool) {
	c, ok := r.byKey[key]
	return c, ok
}

// ByName returns the certificate of the node with exactly this name.
func (r *Roster) ByName(name string) (*Certificate, bool) {
	c, ok := r.byName[name]
	return c, ok
}

// Numbers returns the numbers of all nodes, ascending. The slice is the caller's.
func (r *Roster) Numbers() []Number {
	numbers := make([]Number, len(r.certs))
	for i, c := range r.certs {
		numbers[i] = c.Number
	}
	return numbers
}

// Members returns the numbers of the nodes that are in a group, ascending; for
// NetworkGroup of all nodes. The slice is the caller's.
func (r *Roster) Members(g GroupID) []Number {
	var numbers []Number
	for _, c := range r.certs {
		if c.In(g) {
			numbers = append(numbers, c.Number)
		}
	}
	return numbers
}

// In reports whether a node is known and in a group.
func (r *Roster) In(n Number, g GroupID) bool {
	c, ok := r.byNumber[n]
	return ok && c.In(g)
}

// Guests returns the numbers of the guests, ascending. The slice is the caller's.
func (r *Roster) Guests() []Number {
	var numbers []Number
	for _, c := range r.certs {
		if c.IsGuest() {
			numbers = append(numbers, c.Number)
		}
	}
	return numbers
}

// Groups returns all groups, ascending by number. The slice is the caller's.
func (r *Roster) Groups() []Group { return slices.Clone(r.groups) }

// Group returns the group with a number.
func (r *Roster) Group(id GroupID) (Group, bool) {
	i, ok := slices.BinarySearchFunc(r.groups, id, func(g Group, id GroupID) int { return cmp.Compare(g.ID, id) })
	if !ok {
		return Group{}, false
	}
	return r.groups[i], true
}

// GroupByName returns the group with exactly this name.
func (r *Roster) GroupByName(name string) (Group, bool) {
	for _, g := range r.groups {
		if g.Name == name {
			return g, true
		}
	}
	return Group{}, false
}
