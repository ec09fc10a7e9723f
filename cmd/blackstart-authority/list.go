package main

import (
	"maps"
	"slices"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type listCommand struct {
	Dir     string `arg:"" help:"The authority's folder."`
	Revoked bool   `help:"List the nodes that were locked out, and who gets their mail."`
	JSON    bool   `name:"json" help:"Print the result as JSON."`
}

func (listCommand) Help() string {
	return `Examples:
  blackstart-authority list /safe/north
  blackstart-authority list /safe/north --revoked
  blackstart-authority list /safe/north --json`
}

// goneMember is a node that was locked out, as --json prints it.
type goneMember struct {
	Number ident.Number `json:"number"`
	Name   string       `json:"name"`
	Time   string       `json:"time"`
	By     string       `json:"by"`
	MailTo ident.Number `json:"mail_to,omitempty"`
}

func (c *listCommand) Run(w world) error {
	a, err := open(w, c.Dir)
	if err != nil {
		return err
	}
	if c.Revoked {
		return c.revoked(w, a)
	}
	today := clock.WallOf(w.now()).Day()
	members := []member{}
	rows := [][]string{{"NODE", "NAME", "ROLE", "RIGHTS", "GROUPS", "UNTIL"}}
	for _, cert := range a.members {
		m := a.memberOf(cert)
		members = append(members, m)
		until := m.Until
		if m.Kind != "" {
			until += ", " + m.Kind
		}
		if cert.Until < today {
			until += ", over"
		}
		rows = append(rows, []string{m.Number.String(), m.Name, m.Role, orNone(m.Rights), orNone(m.Groups), until})
	}
	if c.JSON {
		return console.JSON(w.out, map[string]any{"network": a.name, "serial": a.serial, "members": members})
	}
	return console.Table(w.out, rows)
}

func (c *listCommand) revoked(w world, a *authority) error {
	gone := []goneMember{}
	rows := [][]string{{"NODE", "NAME", "LOCKED OUT", "BY", "MAIL TO"}}
	for _, n := range slices.Sorted(maps.Keys(a.gone)) {
		g := a.gone[n]
		m := goneMember{Number: n, Name: g.cert.Name, Time: g.time, By: g.by, MailTo: a.redirects[n]}
		gone = append(gone, m)
		to := ""
		if m.MailTo != 0 {
			to = m.MailTo.String()
		}
		rows = append(rows, []string{n.String(), m.Name, m.Time, m.By, to})
	}
	if c.JSON {
		return console.JSON(w.out, map[string]any{"network": a.name, "serial": a.serial, "revoked": gone})
	}
	return console.Table(w.out, rows)
}
