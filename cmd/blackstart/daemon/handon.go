package daemon

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/blackstart-mesh/blackstart/cmd/blackstart/device"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/p2p"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
)

// maxRefusals is how many refused network files are remembered, so that each is
// logged once.
const maxRefusals = 16

// handOn gives the node's network file to neighbours on IP links, and takes newer
// ones from them. Its methods are called by the links; what they cause in the node is
// done by watch.
type handOn struct {
	d      *daemon
	taking sync.Mutex // one file at a time is checked, over all links

	mu       sync.Mutex // guards what follows
	edition  p2p.Edition
	network  *enrol.Network
	keeps    map[ident.Number]bool // whose packages are kept
	gone     []ident.Number        // those of them who have their keys: their packages go
	source   ident.Number          // who handed on the file with the digest that follows
	brought  [32]byte
	refusals []string     // logged already, oldest first
	alarms   []mesh.Raise // for the node
}

var _ p2p.Files = (*handOn)(nil)

// hold notes which file the node has from now on.
func (h *handOn) hold(network *enrol.Network) error {
	others, err := h.d.Device.Others()
	if err != nil {
		return err
	}
	lacks, err := h.d.lacks(network)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.network, h.gone = network, nil
	h.edition = p2p.Edition{Serial: network.Held.Serial, Digest: network.Held.Digest, Lacks: lacks}
	h.keeps = make(map[ident.Number]bool, len(others))
	for _, n := range others {
		h.keeps[n] = true
	}
	return nil
}

// holds reports whether that was noted of this file.
func (h *handOn) holds(network *enrol.Network) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.network != nil && h.network.Held.Digest == network.Held.Digest
}

// lacks reports whether the package of a network file would bring the node keys.
func (d *daemon) lacks(network *enrol.Network) (bool, error) {
	ring, err := keyring.Decode(d.vault.Load())
	if err != nil {
		return false, err
	}
	return device.Lacks(ring, network), nil
}

// Edition is p2p.Files.
func (h *handOn) Edition(to ident.Number) p2p.Edition {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.edition
	e.Keeps = h.keeps[to]
	return e
}

// File is p2p.Files.
func (h *handOn) File(to ident.Number) ([]byte, error) {
	f, err := h.d.Device.FileFor(to)
	if err != nil {
		return nil, err
	}
	return f.Encode(), nil
}

// Told is p2p.Files. A neighbour that has its keys needs its package no more.
func (h *handOn) Told(from ident.Number, e p2p.Edition) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.keeps[from] && e.Digest == h.edition.Digest && !e.Lacks {
		delete(h.keeps, from)
		h.gone = append(h.gone, from)
	}
}

// Take is p2p.Files. What costs nothing to see is looked at first; then the file is
// checked like one that a person joins with, and written to the folder, where watch
// finds it.
func (h *handOn) Take(from ident.Number, data []byte) error {
	h.taking.Lock()
	defer h.taking.Unlock()
	f, err := enrol.DecodeFile(data)
	if err != nil {
		return h.refuse(from, [32]byte{}, err)
	}
	held := h.Edition(0)
	switch {
	case !f.Names(h.d.roster().Root()):
		return h.refuse(from, f.Digest(), fmt.Errorf("%w: %s", enrol.ErrOtherRoot, enrol.RootCode(f.Root)))
	case f.Serial < held.Serial:
		return h.refuse(from, f.Digest(), fmt.Errorf("%w: serial %d, held is %d", enrol.ErrOlder, f.Serial, held.Serial))
	case h.d.pending():
		return fmt.Errorf("%w: the keys of the one before are on their way to the vault", p2p.ErrNotNow)
	}
	before, brought := h.cameFrom(from, f.Digest()) // first: watch may find the file at once
	j, err := h.d.Device.Take(f)
	if err != nil || j.Same {
		h.cameFrom(before, brought)
	}
	if err != nil {
		return h.refuse(from, f.Digest(), err)
	}
	if !j.Same {
		h.d.Log.Info("a neighbour handed on a network file", "node", from, "serial", f.Serial)
	}
	return nil
}

// cameFrom notes who handed on the file with a digest, and returns what was noted
// before.
func (h *handOn) cameFrom(from ident.Number, digest [32]byte) (ident.Number, [32]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before, brought := h.source, h.brought
	h.source, h.brought = from, digest
	return before, brought
}

// refuse notes why a file was not taken, and what of it is an alarm: only what the
// root signed gets that far.
func (h *handOn) refuse(from ident.Number, digest [32]byte, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case errors.Is(err, enrol.ErrConflict):
		h.alarms = append(h.alarms, mesh.Raise{What: mesh.AlarmFiles, Detail: fmt.Sprintf("from node %v: %v", from, err)})
	case errors.Is(err, enrol.ErrRevoked):
		h.alarms = append(h.alarms, mesh.Raise{What: mesh.AlarmRevoked, Detail: err.Error()})
	}
	if why := fmt.Sprintf("%v %x %v", from, digest, err); !slices.Contains(h.refusals, why) {
		h.d.Log.Warn("network file of a neighbour was not taken", "node", from, "reason", err)
		h.refusals = append(h.refusals, why)
		h.refusals = h.refusals[max(0, len(h.refusals)-maxRefusals):]
	}
	if enrol.Hint(err) == "" { // not the file's fault: a full disk
		return fmt.Errorf("%w: %w", p2p.ErrNotNow, err)
	}
	return err
}

// by says in the audit record where a file came from.
func (h *handOn) by(network *enrol.Network) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.source != 0 && h.brought == network.Held.Digest {
		return fmt.Sprintf("%s, handed on by node %v", device.Describe(network), h.source)
	}
	return device.Describe(network)
}

// tend does what the links left to watch: alarms, packages that are to go, and whether
// the keys that were lacking have come by another way.
func (h *handOn) tend(ctx context.Context) {
	h.mu.Lock()
	alarms, gone, e, network := h.alarms, h.gone, h.edition, h.network
	h.alarms, h.gone = nil, nil
	h.mu.Unlock()
	for _, a := range alarms {
		if err := h.d.node.Raise(ctx, a.What, a.Detail); err != nil {
			h.d.Log.Error("alarm not raised", "what", a.What, "reason", err)
		}
	}
	if len(gone) > 0 {
		if err := h.d.Device.DropOthers(e.Digest, gone); err != nil {
			h.d.Log.Warn("packages of others were not erased; trying again", "reason", err)
			h.mu.Lock()
			h.gone = append(h.gone, gone...)
			h.mu.Unlock()
		}
	}
	if !e.Lacks {
		return
	}
	if lacks, err := h.d.lacks(network); err == nil && !lacks {
		h.mu.Lock()
		h.edition.Lacks = h.edition.Lacks && h.network != network
		h.mu.Unlock()
	}
}

// pending reports whether the network file holds keys that are not in the vault yet: a
// newer file must not take its place. Keys that contradict those held are no reason.
func (d *daemon) pending() bool {
	p, err := d.Device.Package()
	if err != nil || p == nil {
		return err != nil
	}
	ring, err := keyring.Decode(d.vault.Load())
	if err != nil {
		return true
	}
	before := ring.Encode()
	return ring.Merge(*p) == nil && !hmac.Equal(before, ring.Encode())
}
