package daemon

import (
	"context"
	"errors"
	"time"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/store"
)

// watchEvery is how long a network file waits until the running node takes it, and
// how long the node goes on after its keys were erased. To look costs two calls of
// the system.
const watchEvery = 300 * time.Millisecond

// fullPause is how long a full disk is left alone before a network file is tried anew:
// each trial writes to the log, which may be on it.
const fullPause = time.Minute

// watch takes a newer network file that `blackstart join` or a neighbour put into the
// folder; the node writes the audit event in the commit in which it takes it. It returns
// device.ErrZeroized once the folder's key slot is gone: the node has its keys in
// memory only and has to end, and what it still writes opens to nobody.
func (d *daemon) watch(ctx context.Context) error {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	taken := false // and its package is still in the file
	var rested time.Time
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
		d.handOn.tend(ctx)
		now := d.Device.Changed()
		if now.Equal(d.seen) || time.Since(rested) < fullPause {
			continue
		}
		if err := d.reload(ctx); err != nil {
			if errors.Is(err, live.ErrDiskFull) || errors.Is(err, store.ErrFull) {
				rested = time.Now()
			}
			d.Log.Error("the new network file was not taken; trying again", "reason", err)
			continue
		}
		taken, d.seen = true, now
	}
}

func (d *daemon) reload(ctx context.Context) error {
	network, err := d.Device.Network()
	if err != nil {
		return err
	}
	brought, err := d.Device.Package()
	if err != nil {
		return err
	}
	switch {
	case network.Held.Digest == d.held.Digest && !d.handOn.holds(network) && !d.pending():
		return d.handOn.hold(network) // that failed when the node took it
	case network.Held.Digest == d.held.Digest && brought == nil:
		return nil // it is written anew without its packages
	case network.Held.Serial < d.held.Serial:
		// Somebody put an old copy back. The node goes on with what it has, and hears of
		// the newer file again after its next start.
		d.Log.Warn("the network file in the folder is older than the one the node has", "serial", network.Held.Serial, "has", d.held.Serial)
		return nil
	}
	old, trust := *d.trust.Load(), d.Device.Trust(network)
	// First, so that a rebuild in the middle has the new one.
	d.setTrust(trust)
	if err := d.node.NewRoster(ctx, mesh.NewRoster{Trust: trust, Package: brought, By: d.handOn.by(network)}); err != nil {
		d.setTrust(old)
		return err
	}
	d.held = network.Held
	d.Log.Info("took a new network file", "serial", network.Held.Serial, "nodes", len(network.Roster.Numbers()))
	return d.handOn.hold(network)
}
