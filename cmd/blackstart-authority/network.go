package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type networkCommand struct {
	Dir    string `arg:"" help:"The authority's folder."`
	Output string `short:"o" required:"" help:"File to write; - is standard output." placeholder:"FILE"`
	JSON   bool   `name:"json" help:"Print the result as JSON."`
}

func (networkCommand) Help() string {
	return `The network file, for a USB stick or mail, holds all that the nodes need of the authority: certificates and credentials, who is locked out, the key blocks of two weeks, and the secrets of each node, sealed to it. Outsiders read in it names and roles, and no secret. "export" is another name for this command.

Examples:
  blackstart-authority network /safe/north -o north.network
  blackstart-authority export /safe/north -o /media/usb/north.network
  blackstart-authority network /safe/north -o - | ssh gateway blackstart join -`
}

func (c *networkCommand) Run(w world) error {
	a, err := open(w, c.Dir)
	if err != nil {
		return err
	}
	if a.serial == 0 || len(a.members) == 0 {
		return console.Faultf(console.Failure, "enrol a node first", "the network %q has no nodes yet", a.name)
	}
	name := filepath.Join(c.Dir, networkName)
	if digest, err := digestOf(name); err != nil || digest != a.digest {
		return console.Faultf(console.Store, "run the command again when the other one is done", "%s is being changed", name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if c.Output == "-" {
		_, err := w.out.Write(text)
		return err
	}
	if err := w.disk.Write(c.Output, text, 0o644); err != nil {
		return err
	}
	if c.JSON {
		return console.JSON(w.out, map[string]any{"network": a.name, "serial": a.serial, "file": c.Output, "nodes": len(a.members)})
	}
	_, err = fmt.Fprintf(w.out, "wrote %s: network %q, serial %d, %s\n", c.Output, a.name, a.serial, counted(len(a.members), "node"))
	return err
}
