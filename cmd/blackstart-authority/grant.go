package main

import (
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type grantCommand struct {
	Dir    string   `arg:"" help:"The authority's folder."`
	Nodes  []string `arg:"" name:"node" help:"Numbers or names of members."`
	Rights []string `help:"Rights to give: flash, order, admin, suspend."`
	Group  []string `help:"Groups to put them into."`
	changeFlags
}

func (grantCommand) Help() string {
	return `Rights and groups stand in the certificate, and the certificates in the network file: nodes know of the change when they have taken the new file.

Examples:
  blackstart-authority grant /safe/north crew-1 --rights flash,order
  blackstart-authority grant /safe/north 17 18 --group switching`
}

func (c *grantCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "grant", c.changeFlags)
	if err != nil {
		return err
	}
	return ch.amend(c.Nodes, c.Rights, c.Group, func(cert *ident.Certificate, rights ident.Rights, g ident.GroupID) {
		cert.Rights |= rights
		if g != 0 {
			cert.Groups = cert.Groups.With(g)
		}
	})
}

type withdrawCommand struct {
	Dir    string   `arg:"" help:"The authority's folder."`
	Nodes  []string `arg:"" name:"node" help:"Numbers or names of members."`
	Rights []string `help:"Rights to take: flash, order, admin, suspend."`
	Group  []string `help:"Groups to take them out of."`
	changeFlags
}

func (withdrawCommand) Help() string {
	return `A right that was withdrawn is enforced by every node that has taken the new network file, and not before: for a device in wrong hands use revoke. A group that somebody leaves gets a fresh secret; its members read each other again once they have taken the new file. Where an administrator has renewed the group's key ("blackstart group renew"), the members keep that one: have it renewed once more.

Examples:
  blackstart-authority withdraw /safe/north crew-1 --rights order
  blackstart-authority withdraw /safe/north 17 --group switching`
}

func (c *withdrawCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "withdraw", c.changeFlags)
	if err != nil {
		return err
	}
	return ch.amend(c.Nodes, c.Rights, c.Group, func(cert *ident.Certificate, rights ident.Rights, g ident.GroupID) {
		cert.Rights &^= rights
		cert.Groups = cert.Groups.Without(g)
	})
}

// amend changes rights and groups of members by edit, which is called once with
// the rights and once with each group.
func (c *change) amend(nodes, rightNames, groupNames []string, edit func(*ident.Certificate, ident.Rights, ident.GroupID)) error {
	rights, err := parseRights(rightNames)
	if err != nil {
		return err
	}
	groups, err := c.groupSet(groupNames)
	if err != nil {
		return err
	}
	if rights == 0 && groups == (ident.GroupSet{}) {
		return console.Faultf(console.Usage, "name rights with --rights, or groups with --group", "nothing to %s", c.entry.What)
	}
	var certs []*ident.Certificate
	left := ident.GroupSet{}
	for _, who := range nodes {
		old, err := c.find(who)
		if err != nil {
			return err
		}
		cert := *old
		edit(&cert, rights, 0)
		for _, g := range groups.IDs() {
			edit(&cert, 0, g)
			if old.In(g) && !cert.In(g) {
				left = left.With(g)
			}
		}
		if err := c.fits(&cert); err != nil {
			return err
		}
		if slices.ContainsFunc(certs, func(other *ident.Certificate) bool { return other.Number == cert.Number }) {
			return console.Faultf(console.Usage, "", "%s is named twice", who)
		}
		certs = append(certs, &cert)
		c.outcome.remark("%s, node %v: rights %s, groups %s (before: rights %s, groups %s)", cert.Name, cert.Number,
			orNone(namesOf(cert.Rights)), orNone(c.memberOf(&cert).Groups), orNone(namesOf(old.Rights)), orNone(c.memberOf(old).Groups))
	}
	for _, g := range c.groups {
		if left.Has(g.ID) {
			c.outcome.remark("the group %q gets a fresh secret: its members read each other again once all have the new network file", g.Name)
		}
	}
	if c.flags.DryRun {
		return c.outcome.print(c.w, c.flags.JSON)
	}
	if err := c.ask("change " + counted(len(certs), "certificate") + "?"); err != nil {
		return err
	}
	if err := c.unlock(); err != nil {
		return err
	}
	for _, g := range left.IDs() {
		if err := c.s.keys.DrawGroup(g, c.w.entropy); err != nil {
			return err
		}
	}
	c.certify(certs...)
	return c.finish()
}

// fits refuses what a certificate of its kind cannot hold.
func (c *change) fits(cert *ident.Certificate) error {
	if err := cert.Check(); err != nil {
		return console.Wrap(console.Usage, "a guest can have no right but flash; enrol it as a member for more", fmt.Errorf("%s: %w", cert.Name, err))
	}
	for _, g := range c.groups {
		if cert.IsGuest() && cert.In(g.ID) && !g.Incident {
			return console.Faultf(console.Usage, "guests can be in groups of incidents only", "%s is a guest, and %q is no incident's group", cert.Name, g.Name)
		}
	}
	return nil
}

type groupCommand struct {
	Dir      string `arg:"" help:"The authority's folder."`
	Name     string `arg:"" help:"Name of the group."`
	Incident bool   `help:"For an incident: guests may be in it."`
	changeFlags
}

func (groupCommand) Help() string {
	return `Nobody is in a new group: put members into it with grant, and guests with enrol.

Examples:
  blackstart-authority group /safe/north switching
  blackstart-authority group /safe/north flood --incident`
}

func (c *groupCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "group", c.changeFlags)
	if err != nil {
		return err
	}
	g, err := newGroup(ch.groups, ch.members, c.Name, c.Incident)
	if err != nil {
		return err
	}
	if who := ch.roleOf(c.Name); who != "" {
		return console.Faultf(console.Usage, "choose another name", "group: the name %q is the role of %s", c.Name, who)
	}
	ch.entry.Groups = []groupEntry{{ID: g.ID, Name: g.Name, Incident: g.Incident}}
	ch.outcome.remark("group %d %q, members: none yet", g.ID, g.Name)
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	if err := ch.s.keys.DrawGroup(g.ID, w.entropy); err != nil {
		return err
	}
	return ch.finish()
}
