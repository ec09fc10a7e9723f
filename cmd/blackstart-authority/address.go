package main

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Nodes, groups and roles are addresses alike. One that meant two of them would
// reach nobody: nothing is guessed where somebody writes to it.

// namedBy says which node or group a name is of; "" if it is free for a role.
func (a *authority) namedBy(name string) string {
	for _, g := range a.groups {
		if g.Name == name {
			return "a group"
		}
	}
	for _, m := range a.members {
		if m.Name == name {
			return fmt.Sprintf("node %v", m.Number)
		}
	}
	return ""
}

// roleOf says who has a role; "" if nobody has.
func (a *authority) roleOf(role string) string {
	for _, m := range a.members {
		if m.Role == role {
			return m.Name
		}
	}
	for _, p := range a.persons {
		if p.Role == role {
			return p.Name
		}
	}
	return ""
}

// checkRole refuses a role that could not be told from a node or a group.
func (a *authority) checkRole(role string) error {
	if role == "" {
		return nil
	}
	const hint = "give another one with --role"
	if err := enrol.CheckName(role); err != nil {
		return console.Wrap(console.Usage, hint, fmt.Errorf("role: %w", err))
	}
	if who := a.namedBy(role); who != "" {
		return console.Faultf(console.Usage, hint, "the role %q is the name of %s", role, who)
	}
	return nil
}

// tellApart refuses a node whose name is a role, or whose role is a name: of this
// operation's nodes too.
func (r *register) tellApart(cert *ident.Certificate) error {
	if err := r.checkRole(cert.Role); err != nil {
		return err
	}
	if n, taken := r.names[cert.Role]; taken {
		return console.Faultf(console.Usage, "give another one with --role", "the role %q is the name of node %v", cert.Role, n)
	}
	who := r.roleOf(cert.Name)
	if before, taken := r.roles[cert.Name]; taken {
		who = before
	}
	if who != "" {
		return console.Faultf(console.Usage, "give another one with --name", "the name %q is the role of %s", cert.Name, who)
	}
	r.roles[cert.Role] = cert.Name
	return nil
}
