package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type suspendCommand struct {
	Node   string `arg:"" optional:"" help:"Name or number of the node; left out, the command shows who is suspended."`
	Lift   bool   `help:"Lift the suspension."`
	Reason string `short:"r" help:"Why; everybody reads it." placeholder:"TEXT"`
	Yes    bool   `short:"y" help:"Do not ask."`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
}

func (suspendCommand) Help() string {
	return `For three in the morning, when the authority's key is in a safe: relays and readers refuse at once whatever comes from the node. It still can listen until the authority revokes it (blackstart-authority revoke). A suspension ends after 14 days or when somebody lifts it; a node that is or was suspended itself lifts nothing, until the authority revokes who said so. It takes the right to suspend; above five suspended nodes, a second person must say the same, or lift one of the five and say it again.

Examples:
  blackstart suspend crew-3 --reason "laptop stolen from the van"
  blackstart suspend crew-3 --lift --reason "found again"
  blackstart suspend
  blackstart suspend --json`
}

func (c *suspendCommand) Run(w *world) error {
	api, err := w.reach()
	if err != nil {
		return err
	}
	defer api.Close()
	if c.Node == "" {
		return c.list(w, api)
	}
	if !c.Yes && !c.Lift {
		if err := console.Sure(fmt.Sprintf("lock %s out of the network until the suspension is lifted?", harmless(c.Node)), "give --yes", "nothing was done"); err != nil {
			return err
		}
	}
	ctx, stop := interrupted()
	defer stop()
	ask := wire.Suspend{Act: "suspend", Node: c.Node, Reason: c.Reason}
	if c.Lift {
		ask.Act = "lift"
	}
	m, err := api.Suspend(ctx, ask)
	if err != nil {
		return answered(err)
	}
	if c.JSON {
		return console.JSON(w.out, m)
	}
	if _, err := fmt.Fprintf(w.out, "%s: %s\n", harmless(m.ID), harmless(m.Text)); err != nil {
		return err
	}
	return c.list(w, api)
}

// list shows who is suspended.
func (c *suspendCommand) list(w *world, api *client.Client) error {
	ctx, stop := interrupted()
	defer stop()
	s, err := api.Status(ctx)
	if err != nil {
		return answered(err)
	}
	if c.JSON {
		return console.JSON(w.out, s.Suspended)
	}
	if len(s.Suspended) == 0 {
		_, err := fmt.Fprintln(w.out, "nobody is suspended")
		return err
	}
	rows := [][]string{{"SUSPENDED", "BY", "SINCE", "REASON"}}
	for _, x := range s.Suspended {
		var by []string
		for _, p := range x.By {
			by = append(by, harmless(party(p)))
		}
		who := strings.Join(by, ", ")
		if x.Waiting {
			who += " (a second person must say the same)"
		}
		rows = append(rows, []string{harmless(party(x.Node)), who, x.Since.Local().Format("2006-01-02 15:04"), harmless(x.Reason)})
	}
	return console.Table(w.out, rows)
}
