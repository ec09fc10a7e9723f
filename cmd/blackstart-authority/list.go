package main

import (
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type listCommand struct {
	Dir  string `arg:"" help:"The authority's folder."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
}

func (listCommand) Help() string {
	return `Examples:
  blackstart-authority list /safe/north
  blackstart-authority list /safe/north --json`
}

func (c *listCommand) Run(w world) error {
	a, err := open(c.Dir)
	if err != nil {
		return err
	}
	members := []member{}
	rows := [][]string{{"NODE", "NAME", "ROLE", "RIGHTS", "UNTIL"}}
	for _, cert := range a.members {
		m := memberOf(cert)
		members = append(members, m)
		rows = append(rows, []string{m.Number.String(), m.Name, m.Role, orNone(m.Rights), m.Until})
	}
	if c.JSON {
		return console.JSON(w.out, map[string]any{"network": a.name, "serial": a.serial, "members": members})
	}
	return console.Table(w.out, rows)
}
