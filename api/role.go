package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// addressee finds whom "to" means: a group, a node, or whoever has a role. Where
// several fit, nothing is guessed.
func (n names) addressee(to string) (bundle.Destination, string, error) {
	role, only := strings.CutPrefix(to, "role:")
	if only {
		if !n.isRole(role) {
			return bundle.Destination{}, "", badRequest(fmt.Sprintf("nobody has the role %q", role), n.knownRoles())
		}
		return bundle.Destination{}, role, nil
	}
	if !n.isRole(to) {
		d, err := n.destination(to)
		return d, "", err
	}
	if _, group := n.roster.GroupByName(to); group || len(n.nodes(to)) > 0 {
		return bundle.Destination{}, "", badRequest(fmt.Sprintf("%q may mean more than one", to), "write role:NAME, group:NAME or node:NUMBER")
	}
	return bundle.Destination{}, to, nil
}

// isRole reports whether a device or a person can have a role.
func (n names) isRole(role string) bool {
	if role == "" {
		return false
	}
	return slices.ContainsFunc(n.persons, func(p *ident.Credential) bool { return p.Role == role }) ||
		slices.ContainsFunc(n.roster.Numbers(), func(num ident.Number) bool {
			c, ok := n.roster.Certificate(num)
			return ok && c.Role == role
		})
}

// knownRoles is a hint that lists the roles.
func (n names) knownRoles() string {
	var all []string
	for _, p := range n.persons {
		all = append(all, p.Role)
	}
	for _, num := range n.roster.Numbers() {
		if c, ok := n.roster.Certificate(num); ok {
			all = append(all, c.Role)
		}
	}
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(role string) bool { return role == "" })
	switch {
	case len(all) == 0:
		return "the network has no roles; write to a node or a group by its name"
	case len(all) > namesShown:
		return fmt.Sprintf("the roles are: %s and %d more, see: blackstart nodes", strings.Join(all[:namesShown], ", "), len(all)-namesShown)
	}
	return "the roles are: " + strings.Join(all, ", ")
}

// duties lists the roles with who has them now: those on whose device somebody
// with the role works, or else those whose certificate says so.
func (n names) duties(shifts []mesh.ShiftStatus) []wire.Duty {
	on, by := make(map[string][]ident.Number), make(map[string][]ident.Number)
	for _, s := range shifts {
		on[s.Who.Role] = append(on[s.Who.Role], s.Device)
	}
	for _, num := range n.roster.Numbers() {
		if c, ok := n.roster.Certificate(num); ok {
			by[c.Role] = append(by[c.Role], num)
		}
	}
	roles := make([]string, 0, len(on)+len(by))
	for _, list := range []map[string][]ident.Number{on, by} {
		for role := range list { // order: sorted below
			roles = append(roles, role)
		}
	}
	slices.Sort(roles)
	out := []wire.Duty{}
	for _, role := range slices.Compact(roles) {
		if role == "" {
			continue
		}
		nodes := on[role]
		if len(nodes) == 0 {
			nodes = by[role]
		}
		out = append(out, wire.Duty{Role: role, Nodes: n.parties(nodes)})
	}
	return out
}
