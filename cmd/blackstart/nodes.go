package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type nodesCommand struct {
	JSON bool `name:"json" help:"Print them as JSON."`
}

func (nodesCommand) Help() string {
	return `Whom one can write to: the nodes of the network file, the groups, and the roles that are addresses, with who has the duty now. Each is written to by the name shown; a node also by its number.

Examples:
  blackstart nodes
  blackstart nodes --json | jq -r '.nodes[].name'`
}

func (c *nodesCommand) Run(w *world) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		r, err := api.Roster(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return console.JSON(w.out, r)
		}
		return printNodes(w.out, r)
	})
}

func printNodes(out io.Writer, r wire.Roster) error {
	rows := [][]string{{"NODE", "NUMBER", "ROLE", "FLASH"}}
	for _, m := range r.Nodes {
		role, flash := harmless(m.Role), ""
		if m.Number == r.Self.Number {
			role = note(role, "this node")
		}
		if m.Flash {
			flash = "may send"
		}
		rows = append(rows, []string{harmless(m.Name), strconv.Itoa(int(m.Number)), role, flash})
	}
	if err := console.Table(out, rows); err != nil {
		return err
	}
	rows = [][]string{{"GROUP", "MEMBERS"}}
	for _, g := range r.Groups {
		rows = append(rows, []string{harmless(g.Name), strconv.Itoa(g.Members)})
	}
	if err := section(out, rows); err != nil {
		return err
	}
	rows = [][]string{{"DUTY", "WHO HAS IT"}}
	for _, d := range r.Duties {
		who := harmless(parties(d.Nodes))
		if who == "" {
			who = "nobody"
		}
		rows = append(rows, []string{harmless(d.Role), who})
	}
	return section(out, rows)
}

// note adds something to a word that may be missing.
func note(word, more string) string {
	if word == "" {
		return more
	}
	return fmt.Sprintf("%s, %s", word, more)
}
