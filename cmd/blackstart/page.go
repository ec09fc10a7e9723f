package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type pageCommand struct{}

func (pageCommand) Help() string {
	return `Whoever has the address can read and send messages as this node; it works on this machine only.

Examples:
  blackstart page
  xdg-open "$(blackstart page)"`
}

func (pageCommand) Run(w *world) error {
	// The address holds the token: it must not lead to whoever took the port of
	// a node that is gone.
	err := w.call(func(ctx context.Context, api *client.Client) error {
		_, err := api.Status(ctx)
		return err
	})
	if err != nil {
		return err
	}
	address, err := device.ReadAddress(w.dir)
	if err != nil {
		return err
	}
	if strings.HasPrefix(address, "unix:") {
		return console.Faultf(console.Usage, "set listen: 127.0.0.1:8470 in node.yaml", "browsers cannot open the socket %s", address)
	}
	token, err := client.ReadToken(device.TokenFile(w.dir))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.out, device.PageURL(address, token))
	return err
}
