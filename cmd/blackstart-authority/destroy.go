package main

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

type destroyCommand struct {
	Dir string `arg:"" help:"The authority's folder."`
	changeFlags
}

func (destroyCommand) Help() string {
	return `Overwrites the key file with random bytes and removes it. The log stays, as a record, and says so in its last line. The network goes on as it is, until its nodes are taken out of service: nobody can be enrolled or locked out ever again. Copies of the folder, shares and the next root key are not reached from here: destroy them too. A flash disk may keep old blocks where only its maker's tools read them; the passphrase still guards those.

Examples:
  blackstart-authority destroy /safe/north --dry-run
  blackstart-authority destroy /safe/north`
}

func (c *destroyCommand) Run(w world) error {
	ch, err := begin(w, c.Dir, "destroy", c.changeFlags)
	if err != nil {
		return err
	}
	ch.outcome.Serial, ch.entry.Serial, ch.entry.Destroyed = ch.serial, 0, true
	ch.outcome.remark("root key, key tree and secrets of %q: overwritten; %s and %s can never be changed again", ch.name, counted(len(ch.members), "node"), counted(len(ch.persons), "person"))
	if c.DryRun {
		return ch.outcome.print(w, c.JSON)
	}
	if err := ch.ask("destroy the keys of " + ch.name + "?"); err != nil {
		return err
	}
	if !c.Yes {
		if err := console.Sure("there is no way back. Destroy them?", "give --yes", "nothing was changed"); err != nil {
			return err
		}
	}
	// The passphrase is asked for, so that nobody does it in passing.
	if err := ch.unlock(); err != nil {
		return err
	}
	next, err := ch.ledger.with(ch.entry, ch.s.root)
	if err != nil {
		return err
	}
	if err := ch.writeLedger(w, next); err != nil {
		return err
	}
	after, err := load(ch.dir)
	if err != nil {
		return err
	}
	if err := after.settle(w); err != nil {
		return err
	}
	if c.JSON {
		return console.JSON(w.out, ch.outcome)
	}
	_, err = fmt.Fprintf(w.out, "destroyed the keys of %q; destroy copies, shares and the next root key too\n", ch.name)
	return err
}
