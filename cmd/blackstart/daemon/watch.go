package daemon

import (
	"context"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/mesh"
)

// watchEvery is how long a network file waits until the running node takes it, and
// how long the node goes on after its keys were erased. To look costs two calls of
// the system.
const watchEvery = 300 * time.Millisecond

// watch takes a newer network file that `blackstart join` put into the folder; the
// node writes the audit event in the commit in which it takes it. It returns
// device.ErrZeroized once the folder's key slot is gone: the node has its keys in
// memory only and has to end, and what it still writes opens to nobody.
func (d *daemon) watch(ctx context.Context) error {
	seen := d.Device.Changed()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	taken := false // and its package is still in the file
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if d.Device.Zeroized() {
			return device.ErrZeroized
		}
		taken = taken && !d.dropTaken()
		now := d.Device.Changed()
		if now.Equal(seen) {
			continue
		}
		if err := d.reload(ctx); err != nil {
			d.Log.Error("the new network file was not taken; trying again", "reason", err)
			continue
		}
		taken, seen = true, now
	}
}

func (d *daemon) reload(ctx context.Context) error {
	network, err := d.Device.Network()
	if err != nil {
		return err
	}
	if network.Held.Digest == d.digest {
		return nil // it is written anew without its packages
	}
	brought, err := d.Device.Package()
	if err != nil {
		return err
	}
	old, trust := *d.trust.Load(), d.Device.Trust(network)
	// First, so that a rebuild in the middle has the new one.
	d.setTrust(trust)
	if err := d.node.NewRoster(ctx, mesh.NewRoster{Trust: trust, Package: brought, By: device.Describe(network)}); err != nil {
		d.setTrust(old)
		return err
	}
	d.digest = network.Held.Digest
	d.Log.Info("took a new network file", "serial", network.Held.Serial, "nodes", len(network.Roster.Numbers()))
	return nil
}
