package daemon

import (
	"context"
	"io"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/keyring"
)

// openVault opens the vault, and names a store or folder that turned out to be a
// copy.
func (d *daemon) openVault(network *enrol.Network) error {
	keeper, found, err := d.Device.OpenVault(d.store, "blackstart node", clock.WallOf(time.Now()))
	if err != nil {
		return err
	}
	d.vault = keeper
	if found.Detail != "" {
		d.Log.Warn("this node is a copy", "what", found.Instance, "detail", found.Detail, "times", found.Renewed)
	}
	if len(keeper.Load()) > 0 {
		return nil
	}
	ring, err := keyring.New(device.Package(network))
	if err != nil {
		return err
	}
	return keeper.Save(ring.Encode())
}

// backup streams a backup to who holds the API's token; only who can unlock the
// folder can read it. The audit event comes first: a backup that was begun may
// have been read.
func (d *daemon) backup(ctx context.Context, w io.Writer) error {
	if err := d.node.Note(ctx, device.BackupEvent("local API")); err != nil {
		return err
	}
	return d.Device.StreamBackup(w, d.store, clock.WallOf(time.Now()))
}
