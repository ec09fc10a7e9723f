// Package daemon puts a node together and runs it: folder, store, links, the
// node itself and the local API.
package daemon

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"

	"github.com/blackstart-mesh/blackstart/api"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/config"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/cmd/blackstart/links"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/gps"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/radio"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// ErrAddress: the address of the local API cannot be had.
var ErrAddress = errors.New("the address of the local interface cannot be used")

// ErrLink: a link cannot be opened as it is configured.
var ErrLink = errors.New("link cannot be opened")

// ErrStore: the store failed while the node was running.
var ErrStore = errors.New("the store fails again and again")

// Options says what to run.
type Options struct {
	Device  *device.Device
	Config  config.Config
	Log     *slog.Logger
	Version string
	Ready   func(address, token string) // called once the API answers; may be nil
}

// daemon is a node that is being put together, from below to above.
type daemon struct {
	Options
	self      ident.Number
	trust     atomic.Pointer[mesh.Trust]
	admission admission
	store     *disk.Store
	vault     *device.Keeper
	held      enrol.Held // of the network file that the node has
	seen      time.Time  // when that was written
	handOn    *handOn
	links     []radio.Link
	tuner     tuner
	node      *live.Node
	clock     *gps.Receiver // nil if there is none
}

// Run runs a node until ctx ends. What a user or a neighbour was promised is
// durable when it returns, whatever the error.
func Run(ctx context.Context, o Options) (err error) {
	d := &daemon{Options: o}
	d.seen = o.Device.Changed() // before it is read: what is written meanwhile is newer
	network, err := o.Device.Network()
	if err != nil {
		return err
	}
	d.self, d.held, d.handOn = network.Self, network.Held, &handOn{d: d}
	d.setTrust(o.Device.Trust(network))
	if d.store, err = o.Device.OpenStore(o.Log.With("part", "store")); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	if err := o.Device.Sweep(); err != nil {
		return err
	}
	if err := d.openVault(network); err != nil {
		return err
	}
	if err := d.handOn.hold(network); err != nil {
		return err
	}
	// The port is taken before any link is opened: a second start of the same
	// node must disturb nobody.
	listener, err := api.Listen(o.Config.Listen)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAddress, err)
	}
	defer listener.Close() // closed already where Serve ran
	token, err := api.EnsureToken(device.TokenFile(o.Device.Dir))
	if err != nil {
		return err
	}
	if err := d.openLinks(); err != nil {
		return err
	}
	if d.node, err = d.start(); err != nil {
		d.closeLinks()
		return err
	}
	defer func() { err = errors.Join(err, d.node.Close()) }()
	if err := d.openClock(); err != nil {
		return err
	}
	defer d.closeClock()
	o.Log.Info("node runs", "node", d.self, "network", network.Name, "serial", network.Held.Serial,
		"nodes", len(network.Roster.Numbers()), "api", addressOf(listener))
	return d.serve(ctx, listener, token)
}

func (d *daemon) setTrust(t mesh.Trust) { d.trust.Store(&t) }

func (d *daemon) roster() *ident.Roster { return d.trust.Load().Roster }

func (d *daemon) persons() []*ident.Credential { return d.trust.Load().Persons }

func (d *daemon) admitted() *ident.Roster { return d.admission.from(d.roster()) }

// exclude ends the sessions with who is locked out.
func (d *daemon) exclude(out []ident.Number) {
	d.admission.exclude(out)
	d.Log.Info("nodes are locked out", "numbers", out)
}

func (d *daemon) openLinks() error {
	d.tuner.licence, d.tuner.changed = d.Config.AirtimeLicence, make(chan struct{}, 1)
	for i, u := range d.Config.Links {
		l, err := links.Open(u, links.Node{Private: d.Device.Private, Self: d.self, Roster: d.admitted,
			Verifier: ident.Ed25519{}, Files: d.handOn, Log: d.Log.With("link", u)})
		if err != nil {
			d.closeLinks()
			return fmt.Errorf("%w: %w", ErrLink, err)
		}
		d.links = append(d.links, l)
		d.tuner.add(i, u, l)
	}
	return nil
}

func (d *daemon) closeLinks() {
	for _, l := range d.links {
		if err := l.Close(); err != nil {
			d.Log.Warn("closing a link failed", "link", l.Profile().Name, "reason", err)
		}
	}
}

// start builds the node from its store and drives it.
func (d *daemon) start() (*live.Node, error) {
	var seed [16]byte
	crand.Read(seed[:]) // never fails: it crashes the process instead
	jitter := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(seed[:8]), binary.LittleEndian.Uint64(seed[8:])))
	signing, evidence := mesh.SignRequired, mesh.EvidenceRequired
	if d.Config.Signing == config.All {
		signing = mesh.SignAll
	}
	if d.Config.Evidence == config.All {
		evidence = mesh.EvidenceAll
	}
	return live.Start(live.Config{
		Build: func(now clock.Reading, view store.View) (live.Machine, error) {
			ring, err := keyring.Decode(d.vault.Load())
			if err != nil {
				return nil, err
			}
			return mesh.New(now, mesh.Config{Self: d.self, Private: d.Device.Private, Trust: *d.trust.Load(), Ring: ring,
				Verifier: ident.Ed25519{}, View: view, Jitter: jitter, Signing: signing, Evidence: evidence, Licence: d.Config.AirtimeLicence})
		},
		NotBefore:  d.notBefore(),
		Store:      d.store,
		Vault:      d.vault,
		Excluded:   d.exclude,
		Planned:    d.tuner.plan,
		Links:      d.links,
		Log:        d.Log,
		ClockBound: d.Config.ClockError,
	})
}

// serve answers the API until ctx ends or the store is beyond help.
func (d *daemon) serve(ctx context.Context, listener net.Listener, token string) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server, err := api.New(api.Config{Node: d.node, Self: d.self, Roster: d.roster, Persons: d.persons, Token: token, Log: d.Log, Version: d.Version,
		Backup: d.backup, ClockDevice: d.clockDevice, LinkDevice: d.linkDevice})
	if err != nil {
		return err
	}
	remove, err := device.WriteAddress(d.Device.Dir, addressOf(listener))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	watched := make(chan error, 1)
	go func() { watched <- d.watch(ctx) }()
	tuned := make(chan struct{})
	go func() { defer close(tuned); d.tune(ctx) }()
	defer func() { cancel(); <-tuned }()
	if d.Ready != nil {
		d.Ready(addressOf(listener), token)
	}
	go giveBack(ctx)
	select {
	case err := <-served:
		cancel()
		return errors.Join(err, <-watched)
	case err := <-watched: // before ctx ends, only because the node was zeroized
		cancel()
		return errors.Join(err, <-served)
	case cause := <-d.node.Failed():
		cancel()
		return errors.Join(fmt.Errorf("%w: %w", ErrStore, cause), <-served, <-watched)
	}
}

// addressOf is how clients are told of a listener.
func addressOf(l net.Listener) string {
	if l.Addr().Network() == "unix" {
		return "unix://" + l.Addr().String()
	}
	return l.Addr().String()
}
