package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

type revokeCommand struct {
	Dir   string   `arg:"" help:"The authority's folder."`
	Nodes []string `arg:"" name:"node" help:"Numbers or names of members."`
	changeFlags
}

func (revokeCommand) Help() string {
	return `Makes a key block: it moves everybody but these nodes to a fresh secret. Give the network file to any one node; the others hear the key block by radio, and need no new file for it. Of what was sealed before, the nodes locked out can still read what they could read. A number is never used again; "reinstate" lets a device back in under a new one.

Examples:
  blackstart-authority revoke /safe/north crew-7 --dry-run
  blackstart-authority revoke /safe/north crew-7 --note "stolen from the van"
  blackstart-authority revoke /safe/north 17 18 19 --yes --passphrase-file pass`
}

func (c *revokeCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "revoke", c.changeFlags)
	if err != nil {
		return err
	}
	var certs []*ident.Certificate
	for _, who := range c.Nodes {
		cert, err := ch.find(who)
		if err != nil {
			return err
		}
		certs = append(certs, cert)
	}
	ch.lockOut(certs...)
	if err := ch.planBlock(); err != nil {
		return err
	}
	if len(ch.members) == len(ch.entry.Revoke) {
		ch.outcome.remark("warning: nobody is left in the network")
	}
	for _, m := range ch.outcome.LockedOut {
		for _, from := range slices.Sorted(maps.Keys(ch.redirects)) {
			if ch.redirects[from] == m.Number {
				ch.outcome.remark("the mail of node %v went to node %v, and goes nowhere now", from, m.Number)
			}
		}
	}
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.ask("lock out " + counted(len(ch.entry.Revoke), "node") + " for good?"); err != nil {
		return err
	}
	return ch.finishBlock()
}

// planBlock prices the key block that the operation makes in the living tree.
func (c *change) planBlock() error {
	newest := c.newest()
	return c.price(newest.Generation, newest.Height)
}

// finishBlock does an operation that is nothing but its key block.
func (c *change) finishBlock() error {
	if err := c.unlock(); err != nil {
		return err
	}
	if err := c.makeBlock(); err != nil {
		return err
	}
	return c.finish()
}

type rotateCommand struct {
	Dir string `arg:"" help:"The authority's folder."`
	changeFlags
}

func (rotateCommand) Help() string {
	return `Makes a key block that locks out nobody new, but guests whose days are over. It limits what a secret that leaked unnoticed is good for.

Examples:
  blackstart-authority rotate /safe/north
  blackstart-authority rotate /safe/north --dry-run --json`
}

func (c *rotateCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "rotate", c.changeFlags)
	if err != nil {
		return err
	}
	ch.lockOut()
	if err := ch.planBlock(); err != nil {
		return err
	}
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	return ch.finishBlock()
}

type generationCommand struct {
	Dir      string   `arg:"" help:"The authority's folder."`
	Requests []string `arg:"" optional:"" name:"request" help:"Fresh requests of members (blackstart request --renew)."`
	Capacity int      `help:"For how many node numbers the new tree has room; without it as many as before."`
	changeFlags
}

func (generationCommand) Help() string {
	return `Makes a new key tree and its first key block. Do it when the numbers run out, or when key blocks have grown with the number of those locked out since the last generation. No node can open that key block before it has taken the new network file: give the file to all nodes first, by fast links and USB stick, or some stay behind until they have it.

The file brings each node its path in the new tree. Where the node's fresh request is given, the path is sealed to a key that the node erases after use; else to its lasting key, so that who records the file and takes that device later reads on from there. It is worth the trouble for devices that may be lost.

Examples:
  blackstart-authority generation /safe/north
  blackstart-authority generation /safe/north renewed/*.request
  blackstart-authority generation /safe/north --capacity 4000`
}

func (c *generationCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "generation", c.changeFlags)
	if err != nil {
		return err
	}
	newest := ch.newest()
	height := newest.Height
	if c.Capacity != 0 {
		if height, err = heightFor(c.Capacity); err != nil {
			return err
		}
	}
	if int(ch.last) > 1<<height-1 {
		return console.Faultf(console.Usage, fmt.Sprintf("give --capacity %d or more", int(ch.last)+1),
			"node numbers up to %v are in use, and a tree for %d has no room for them", ch.last, c.Capacity)
	}
	ch.lockOut()
	if err := ch.price(newest.Generation+1, height); err != nil {
		return err
	}
	ch.outcome.remark("generation %d has room for %d node numbers; every node needs the new network file", newest.Generation+1, 1<<height-1)
	if err := ch.sealRenewed(c.Requests); err != nil {
		return err
	}
	if n := len(ch.members) - len(ch.entry.Keys); n > 0 {
		ch.outcome.remark("the keys of %s are sealed to lasting keys: whoever records the file and takes such a device later reads on from there; fresh requests avoid it (see --help)", counted(n, "node"))
	}
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.ask("begin a new generation?"); err != nil {
		return err
	}
	if err := ch.unlock(); err != nil {
		return err
	}
	if err := ch.s.keys.NextTree(height, w.entropy); err != nil {
		return err
	}
	if err := ch.makeBlock(); err != nil {
		return err
	}
	return ch.finish()
}
