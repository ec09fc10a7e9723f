package device

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// Network returns the network that this node is part of, without its secrets. The
// error is ErrNotJoined before the first Join.
func (d *Device) Network() (*enrol.Network, error) {
	f, err := d.pinned()
	if err != nil {
		return nil, err
	}
	return enrol.Reopen(f, d.Private, ident.Ed25519{}, nil)
}

// pinned returns the network file that this node holds.
func (d *Device) pinned() (*enrol.File, error) {
	data, err := readSealed(networkFile(d.Dir), &d.master, labelNetwork)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotJoined
	}
	if err != nil {
		return nil, err
	}
	f, err := enrol.DecodeFile(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %v", networkFile(d.Dir), ErrDamaged, err)
	}
	return f, nil
}

// Changed returns when the network was last written, for noticing a Join that
// another process made.
func (d *Device) Changed() time.Time {
	info, err := os.Stat(networkFile(d.Dir))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// Joined says what a Join did.
type Joined struct {
	Network *enrol.Network
	First   bool // the node was in no network before
	Same    bool // it had this very file already; nothing was done
	Behind  bool // it brings no keys of the generation to which the network has moved
	Running bool // the node runs; it takes the file by itself and writes the audit event
}

// Offer checks a network file against what the node holds, and changes nothing.
func (d *Device) Offer(f *enrol.File) (Joined, error) {
	var j Joined
	var held *enrol.Held
	keys := true
	switch now, err := d.Network(); {
	case err == nil:
		f, err := d.pinned()
		if err != nil {
			return j, err
		}
		held, keys = &now.Held, !bare(f) || d.holdsRing()
	case errors.Is(err, ErrNotJoined):
		j.First = true
	default:
		return j, err
	}
	var err error
	if j.Network, err = d.openOrReopen(f, held); err != nil {
		return j, err
	}
	if j.Same = held != nil && keys && *held == j.Network.Held && !d.gains(j.Network); j.Same {
		return j, nil
	}
	if !d.holdsRing() {
		return j, j.Network.Secrets.NeedKeys()
	}
	j.Behind = d.behind(j.Network)
	return j, nil
}

// Join takes a network file, with its audit event. The event is made durable
// before the file: a crash between the two leaves a record of something that
// did not happen and has to be done again, never something unrecorded.
func (d *Device) Join(f *enrol.File, by string, now clock.Wall) (Joined, error) {
	unlock, err := d.lockFiles()
	if err != nil {
		return Joined{}, err
	}
	defer unlock()
	j, err := d.Offer(f)
	if err != nil || j.Same {
		return j, err
	}
	action := mesh.ActionRoster
	if j.First {
		action = mesh.ActionJoin
	}
	st, err := d.OpenStore(nil)
	switch {
	case err == nil:
		entry := mesh.AuditEntry(st, now, mesh.AuditEvent{Action: action, By: by, Detail: Describe(j.Network)})
		if err := errors.Join(st.Commit(entry), st.Close()); err != nil {
			return j, err
		}
	case errors.Is(err, disk.ErrLocked) && !j.First:
		j.Running = true
	default:
		return j, err
	}
	return j, d.put(f, j.Network.Self)
}

// Describe says in one line which network file it is.
func Describe(n *enrol.Network) string {
	return fmt.Sprintf("network %q, serial %d, as node %v", n.Name, n.Held.Serial, n.Self)
}

// Trust makes what the mesh needs of a network.
func (d *Device) Trust(n *enrol.Network) mesh.Trust {
	redirects := make(map[ident.Number]ident.Number, len(n.Redirects))
	for _, r := range n.Redirects {
		redirects[r.From] = r.To
	}
	return mesh.Trust{Roster: n.Roster, Revoked: n.Revoked, Redirects: redirects, Persons: n.Persons, Withdrawn: n.Withdrawn, Blocks: n.Blocks}
}
