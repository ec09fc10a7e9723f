package main

import (
	"bufio"
	"errors"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/store/backup"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
)

type restoreCommand struct {
	File string `arg:"" help:"The backup."`
	To   string `arg:"" optional:"" name:"folder" help:"The folder to make; the same as --dir."`
	JSON bool   `name:"json" help:"Print the result as JSON."`
	backupFlags
	unlockFlags
}

func (restoreCommand) Help() string {
	return `Makes a node's folder of a backup, where nothing is. It gets a passphrase, key file or key command of its own, as with init. The node is told that it was restored: when it starts for the first time, it moves its counters past all that it may have used since the backup, and writes so into its audit record.

If the node that the backup was made of still runs, stop it and zeroize it first: two nodes with one number disturb the network, and it says so. The keys of the network are not in a backup, or it would open what others recorded. Before the node can run, make a fresh request (blackstart request --renew), have the authority take it (blackstart-authority enrol --renew), and join with the network file made then.

Examples:
  blackstart --dir /var/lib/blackstart restore crew-1.backup
  blackstart restore crew-1.backup ./crew-1 --backup-passphrase-file pass --key-file /media/stick/new.key`
}

// restored is what restore tells.
type restored struct {
	Dir  string    `json:"dir"`
	Name string    `json:"name"`
	Made time.Time `json:"made"` // the backup
}

func (c *restoreCommand) Run(w *world) error {
	if c.To != "" {
		w.dir = c.To
	}
	if device.Exists(w.dir) {
		return console.Faultf(console.Usage, "name another folder", "%s holds a node already", w.dir)
	}
	f, err := console.OpenFile(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	slot, err := backup.ReadHead(in)
	if err != nil {
		return fault(about(c.File, err))
	}
	secret, err := c.secretOf(w, c.File)
	if err != nil {
		return err
	}
	key, err := slot.Unwrap(secret)
	if errors.Is(err, keyslot.ErrPassphrase) || errors.Is(err, keyslot.ErrKeyFile) || errors.Is(err, keyslot.ErrKind) {
		return console.Wrap(console.Passphrase, "a backup has a passphrase or key file of its own, not the node's: see --backup-passphrase-file", about(c.File, err))
	}
	if err != nil {
		return fault(about(c.File, err))
	}
	body, err := backup.NewReader(in, key)
	if err != nil {
		return fault(about(c.File, err))
	}
	own, err := c.unlockFlags.make(w, "the restored node in "+w.dir)
	if err != nil {
		return err
	}
	err = device.Restore(w.dir, body, device.Restoration{Secret: own, By: whoami(), Now: clock.WallOf(w.now()),
		Config: func(text string) (string, error) { return c.unlockFlags.configured(text, false) }})
	if err != nil {
		return fault(about(c.File, err))
	}
	r := restored{Dir: w.dir, Name: body.Head.Name, Made: body.Head.Made.Time().UTC()}
	if c.JSON {
		return console.JSON(w.out, r)
	}
	_, err = fmt.Fprintf(w.out, "restored %s, as it was on %s, in %s\nIf the node still runs elsewhere, stop and zeroize it there.\n\nNo backup holds the keys of the network. Make a fresh request for them:\n  blackstart --dir %s request --renew -o FILE\nHave the authority take it with blackstart-authority enrol --renew, then join with the new network file:\n  blackstart --dir %s join FILE\n",
		console.Plain(r.Name), r.Made.Format("2006-01-02 15:04 UTC"), r.Dir, r.Dir, r.Dir)
	return err
}
