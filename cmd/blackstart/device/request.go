package device

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/blackstart-mesh/blackstart/cmd/internal/durable"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// Request returns the request that is in the folder. It needs no secret.
func Request(dir string) (*enrol.Request, error) {
	text, err := os.ReadFile(RequestFile(dir))
	if err != nil {
		return nil, err
	}
	r, err := enrol.ParseRequest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %v", RequestFile(dir), ErrDamaged, err)
	}
	return r, nil
}

// Renew makes a fresh request of the same node, with another one-time key; the one
// before is overwritten, so a package that is still on its way to it will not open.
// The key is durable before the request that names it. The audit event is left out
// while the node runs: its store is taken, and nothing of it changes before a Join,
// which has an event of its own.
func (d *Device) Renew(by string, now clock.Wall) (*enrol.Request, error) {
	old, err := Request(d.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = d.lastWish()
	}
	if err != nil {
		return nil, err
	}
	once, err := enrol.NewPackageKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	r, err := enrol.NewRequest(old.Name, old.Role, d.Private, once)
	if err != nil {
		return nil, err
	}
	st, err := d.OpenStore(nil)
	switch {
	case err == nil:
		entry := mesh.AuditEntry(st, now, mesh.AuditEvent{Action: mesh.ActionAdmin, By: by, Detail: "made a fresh request, check code " + r.CheckCode()})
		if err := errors.Join(st.Commit(entry), st.Close()); err != nil {
			return nil, err
		}
	case !errors.Is(err, disk.ErrLocked):
		return nil, err
	}
	unlock, err := d.lockFiles()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := replaceSealed(packageKeyFile(d.Dir), &d.master, labelPackage, once.Bytes()); err != nil {
		return nil, err
	}
	return r, durable.WriteFile(RequestFile(d.Dir), r.Text(), 0o644)
}

// lastWish is what the certificate says, for a folder that lost its request.
func (d *Device) lastWish() (*enrol.Request, error) {
	n, err := d.Network()
	if err != nil {
		return nil, err
	}
	cert, _ := n.Roster.Certificate(n.Self)
	return &enrol.Request{Name: cert.Name, Role: cert.Role}, nil
}
