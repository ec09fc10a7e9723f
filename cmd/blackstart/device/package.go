package device

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/store/erase"
	"github.com/blackstart-mesh/blackstart/store/keyslot"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// The network file brings a node its keys in a package, sealed to a one-time key. Once
// they are in the vault, where they move on and are erased, that key is overwritten:
// who recorded the file and takes the device later has nothing that opens it. The
// package goes too, for it may be sealed to the lasting key (a new generation).

// Package returns what the network file that is held brought of keys, or nil once
// that was dropped.
func (d *Device) Package() (*keyring.Package, error) {
	f, err := d.pinned()
	if err != nil || bare(f) {
		return nil, err
	}
	n, err := d.openFile(f, nil)
	if err != nil {
		return nil, err
	}
	return &n.Secrets.Package, nil
}

// openFile is enrol.Open with all keys of this node.
func (d *Device) openFile(f *enrol.File, held *enrol.Held) (*enrol.Network, error) {
	once, err := d.packageKey()
	if err != nil {
		return nil, err
	}
	if once == nil {
		return enrol.Open(f, d.Private, ident.Ed25519{}, held)
	}
	return enrol.Open(f, d.Private, ident.Ed25519{}, held, once)
}

// packageKey returns the one-time key that has not been used yet, or nil.
func (d *Device) packageKey() (*enrol.PackageKey, error) {
	b, err := readSealed(packageKeyFile(d.Dir), &d.master, labelPackage)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer clear(b)
	key, err := enrol.ParsePackageKey(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %v", packageKeyFile(d.Dir), ErrDamaged, err)
	}
	return key, nil
}

// DropPackages overwrites the network file with itself, without packages, if it is
// still the file of this digest, and the one-time key to which its keys were sealed.
// Call it once the keys are durable in the vault. The key goes first: a power cut
// between the two leaves a package that opens no more, and is dropped at the next
// start.
func (d *Device) DropPackages(digest [32]byte) error {
	unlock, err := d.lockFiles()
	if err != nil {
		return err
	}
	defer unlock()
	f, err := d.pinned()
	if err != nil || bare(f) || f.Digest() != digest {
		return err
	}
	n, err := d.openFile(f, nil)
	if err != nil {
		return err
	}
	if n.Secrets.Once {
		if err := erase.File(packageKeyFile(d.Dir)); err != nil {
			return err
		}
	}
	return replaceSealed(networkFile(d.Dir), &d.master, labelNetwork, f.WithoutPackages().Encode())
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

// behind reports whether a file moves the network to a generation of which it brings
// this node no keys.
func (d *Device) behind(n *enrol.Network) bool {
	ring, err := d.ring()
	return err == nil && !n.Secrets.HaveKeys() && n.Blocks[len(n.Blocks)-1].Generation > ring.Path.Generation
}

// ring returns the keys in the vault. The error is ErrNoKeys where there are none.
func (d *Device) ring() (*keyring.State, error) {
	st, err := vault.Peek(vaultFile(d.Dir), keyslot.Derive(d.master, labelVault))
	if err != nil {
		return nil, err
	}
	if len(st.Data) == 0 {
		return nil, ErrNoKeys
	}
	return keyring.Decode(st.Data)
}

// holdsRing reports whether there are keys in the vault.
func (d *Device) holdsRing() bool {
	st, err := vault.Peek(vaultFile(d.Dir), keyslot.Derive(d.master, labelVault))
	return err == nil && len(st.Data) > 0
}
