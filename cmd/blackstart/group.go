package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type groupCommand struct {
	Renew groupRenewCommand `cmd:"" help:"Give the group a new key, without some of its members."`
	Admit groupAdmitCommand `cmd:"" help:"Give members the key of now."`
}

func (groupCommand) Help() string {
	return `Who is in a group stands in the certificates; who can read it hangs on its key, which an administrator renews without the authority. It takes the right to administer.

Examples:
  blackstart group renew crew --without crew-3
  blackstart group admit crew crew-3`
}

type groupRenewCommand struct {
	Group   string   `arg:"" help:"Name of the group."`
	Without []string `help:"Nodes that do not get the new key." placeholder:"NODE"`
	Yes     bool     `short:"y" help:"Do not ask."`
	JSON    bool     `name:"json" help:"Print the first message as JSON."`
}

func (groupRenewCommand) Help() string {
	return `Each member gets the new key in a message of its own. Who is left out reads nothing that is written with it; it could still write under the old key for two weeks, so suspend a node that was stolen.

Examples:
  blackstart group renew crew
  blackstart group renew crew --without crew-3 --without 17 --yes`
}

func (c *groupRenewCommand) Run(w *world) error {
	if !c.Yes {
		what := "renew the key of " + harmless(c.Group)
		if len(c.Without) > 0 {
			what += " without " + harmless(strings.Join(c.Without, ", "))
		}
		if err := console.Sure(what+"?", "give --yes", "nothing was done"); err != nil {
			return err
		}
	}
	return w.group(c.JSON, wire.GroupRequest{Act: "renew", Group: c.Group, Nodes: c.Without})
}

type groupAdmitCommand struct {
	Group string   `arg:"" help:"Name of the group."`
	Nodes []string `arg:"" name:"node" help:"Names or numbers of members."`
	JSON  bool     `name:"json" help:"Print the first message as JSON."`
}

func (groupAdmitCommand) Help() string {
	return `For a member that was enrolled after a renewal, or left out of it. It gets the key of now, and reads what is written from now on.

Examples:
  blackstart group admit crew crew-7`
}

func (c *groupAdmitCommand) Run(w *world) error {
	return w.group(c.JSON, wire.GroupRequest{Act: "admit", Group: c.Group, Nodes: c.Nodes})
}

func (w *world) group(asJSON bool, g wire.GroupRequest) error {
	return w.call(func(ctx context.Context, api *client.Client) error {
		m, err := api.Group(ctx, g)
		if err != nil {
			return err
		}
		if asJSON {
			return console.JSON(w.out, m)
		}
		_, err = fmt.Fprintf(w.out, "%s: to %d members, one by one; see who has it with: blackstart inbox --all\n", harmless(m.Text), m.Copies)
		return err
	})
}
