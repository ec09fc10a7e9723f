package daemon

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/store"
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
	return d.takePackage(network)
}

// takePackage puts what the network file brought of keys into the vault, and then
// drops it from the file.
func (d *daemon) takePackage(network *enrol.Network) error {
	p, err := d.Device.Package()
	held := d.vault.Load()
	switch {
	case err != nil:
		return err
	case len(held) == 0 && (p == nil || !p.HaveKeys()):
		return fmt.Errorf("%w: a backup leaves them out", device.ErrNoKeys)
	case p == nil:
		return nil
	}
	var ring *keyring.State
	if len(held) == 0 {
		ring, err = keyring.New(*p)
	} else if ring, err = keyring.Decode(held); err == nil {
		if err := ring.Merge(*p); err != nil {
			d.Log.Error("the package in the network file was not taken", "reason", err)
			return nil // the node goes on with the keys that it has
		}
	}
	if err != nil {
		return err
	}
	now := ring.Encode()
	defer clear(now)
	if !hmac.Equal(now, held) {
		err := d.vault.Save(now)
		if errors.Is(err, store.ErrFull) && len(held) > 0 {
			d.Log.Warn("the disk is full: what the network file brought of keys is taken when there is room")
			d.seen = time.Time{} // watch takes it
			return nil
		}
		if err != nil {
			return err
		}
	}
	return d.Device.DropPackages(network.Held.Digest)
}

// dropTaken drops the package of a file that the running node took, once all that
// it brought is durable in the vault, and reports whether that is done.
func (d *daemon) dropTaken() (done bool) {
	network, err := d.Device.Network()
	if err != nil {
		return false
	}
	p, err := d.Device.Package()
	if err != nil || p == nil {
		return err == nil
	}
	ring, err := keyring.Decode(d.vault.Load())
	if err != nil {
		return false
	}
	before := ring.Encode()
	if ring.Merge(*p) != nil || !hmac.Equal(before, ring.Encode()) {
		return false // not yet; a package that is refused is dropped with the next file
	}
	if err := d.Device.DropPackages(network.Held.Digest); err != nil {
		d.Log.Warn("the package in the network file was not erased; trying again", "reason", err)
		return false
	}
	return true
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
