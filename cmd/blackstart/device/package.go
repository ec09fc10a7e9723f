package device

import (
	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// The network file brings a node its keys in a package, sealed to the key that the
// node keeps for good. Once they are in the vault, where they move on and are
// erased, the package goes: it would open to the keys of its day for ever.

// Package returns what the network file that is held brought of keys, or nil once
// that was dropped.
func (d *Device) Package() (*keyring.Package, error) {
	f, err := d.pinned()
	if err != nil || bare(f) {
		return nil, err
	}
	n, err := enrol.Open(f, d.Private, ident.Ed25519{}, nil)
	if err != nil {
		return nil, err
	}
	p := Package(n)
	return &p, nil
}

// Package returns what a network file that was just opened brought of keys.
func Package(n *enrol.Network) keyring.Package {
	return keyring.Package{Bootstrap: n.Secrets.Bootstrap, Path: n.Secrets.Path, Epoch: n.Secrets.Epoch, Groups: n.Secrets.Groups}
}

// DropPackages overwrites the network file with itself, without packages, if it is
// still the file of this digest. Call it once the keys are durable in the vault.
func (d *Device) DropPackages(digest [32]byte) error {
	f, err := d.pinned()
	if err != nil || bare(f) || f.Digest() != digest {
		return err
	}
	return replaceSealed(networkFile(d.Dir), d.master, labelNetwork, f.WithoutPackages().Encode())
}

// bare reports whether a file holds no package: they are dropped together.
func bare(f *enrol.File) bool {
	for _, m := range f.Members {
		if m.Package != nil {
			return false
		}
	}
	return true
}

// holdsRing reports whether there are keys in the vault.
func (d *Device) holdsRing() bool {
	st, err := vault.Peek(vaultFile(d.Dir), keyslot.Derive(d.master, labelVault))
	return err == nil && len(st.Data) > 0
}
