package device

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/enrol"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/store/erase"
)

// A node that took a whole network file hands it on to the neighbours that have an
// older one, each with its own package. Therefore it keeps the packages of the others,
// in a file beside the network file. They hold no secret for this node. But whoever
// takes this disk, and later the box key of another node, could open what that node has
// erased since: so a package goes once its node has its keys, and all of them go
// with the next file.

const labelOthers = "blackstart device others v1"

// Take is Join for a file that a neighbour handed on to the running node, which
// writes the audit event in the commit in which it takes the file. It may lack the
// package of this node, if the node has keys.
func (d *Device) Take(f *enrol.File) (Joined, error) {
	unlock, err := d.lockFiles()
	if err != nil {
		return Joined{}, err
	}
	defer unlock()
	j, err := d.Offer(f)
	switch {
	case err != nil || j.Same:
		return j, err
	case j.First:
		return j, ErrNotJoined // nobody has compared the root's check code
	}
	j.Running = true
	return j, d.put(f, j.Network.Self)
}

// put writes a file that was checked: what is for this node into the network file,
// the packages of the others beside it, first. Those of another edition go.
func (d *Device) put(f *enrol.File, self ident.Number) error {
	others := f.WithPackages(func(n ident.Number) bool { return n != self })
	if !bare(others) {
		if err := replaceSealed(othersFile(d.Dir), &d.master, labelOthers, others.Encode()); err != nil {
			return err
		}
	}
	own := f.WithPackages(func(n ident.Number) bool { return n == self })
	if err := replaceSealed(networkFile(d.Dir), &d.master, labelNetwork, own.Encode()); err != nil {
		return err
	}
	if kept, err := d.others(); err == nil && kept != nil && kept.Digest() == f.Digest() {
		return nil
	}
	return d.eraseOthers()
}

// others returns the file that holds the packages of others, or nil.
func (d *Device) others() (*enrol.File, error) {
	data, err := readSealed(othersFile(d.Dir), &d.master, labelOthers)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := enrol.DecodeFile(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %v", othersFile(d.Dir), ErrDamaged, err)
	}
	return f, nil
}

func (d *Device) eraseOthers() error {
	if err := erase.File(othersFile(d.Dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Others returns the nodes whose packages this node keeps, ascending, of the network
// file that it holds.
func (d *Device) Others() ([]ident.Number, error) {
	f, kept, err := d.both()
	if err != nil || kept == nil || kept.Digest() != f.Digest() {
		return nil, err
	}
	return kept.Packages(), nil
}

// DropOthers erases the packages of nodes that have their keys, of the edition with
// this digest.
func (d *Device) DropOthers(digest [32]byte, numbers []ident.Number) error {
	unlock, err := d.lockFiles()
	if err != nil {
		return err
	}
	defer unlock()
	kept, err := d.others()
	if err != nil || kept == nil || kept.Digest() != digest {
		return err
	}
	left := kept.WithPackages(func(n ident.Number) bool { return !slices.Contains(numbers, n) })
	if bare(left) {
		return d.eraseOthers()
	}
	return replaceSealed(othersFile(d.Dir), &d.master, labelOthers, left.Encode())
}

// FileFor returns the network file that this node holds, as it is handed on to a
// node: with that node's package, if it is kept.
func (d *Device) FileFor(n ident.Number) (*enrol.File, error) {
	f, kept, err := d.both()
	if err != nil {
		return nil, err
	}
	if kept == nil || kept.Digest() != f.Digest() {
		return f.WithoutPackages(), nil
	}
	return kept.WithPackages(func(m ident.Number) bool { return m == n }), nil
}

func (d *Device) both() (f, others *enrol.File, err error) {
	if f, err = d.pinned(); err != nil {
		return nil, nil, err
	}
	others, err = d.others()
	return f, others, err
}

// openOrReopen checks a file. One without the package of this node is taken by a node
// that has keys; it follows the new roster, and its keys come later.
func (d *Device) openOrReopen(f *enrol.File, held *enrol.Held) (*enrol.Network, error) {
	mine := func(m enrol.Member) bool { return m.Package != nil && m.Certificate.Sign == d.Private.SignKey() }
	if held != nil && !slices.ContainsFunc(f.Members, mine) && d.holdsRing() {
		return enrol.Reopen(f, d.Private, ident.Ed25519{}, held)
	}
	return d.openFile(f, held)
}

// gains reports whether the package that came with a file holds what the vault does
// not: keys of a later generation, or a group's secret.
func (d *Device) gains(n *enrol.Network) bool {
	ring, err := d.ring()
	if err != nil || n.Secrets.Groups == nil {
		return false
	}
	if n.Secrets.Path.Generation > ring.Path.Generation {
		return true
	}
	for g := range n.Secrets.Groups { // order: any one will do
		if _, held := ring.Groups[g]; !held {
			return true
		}
	}
	return false
}

// Lacks reports whether a node with these keys needs the package of a network file:
// the network has moved to a generation, or the node to a group, of which it has none.
func Lacks(ring *keyring.State, n *enrol.Network) bool {
	if n.Blocks[len(n.Blocks)-1].Generation > ring.Path.Generation {
		return true
	}
	cert, _ := n.Roster.Certificate(n.Self)
	return slices.ContainsFunc(cert.Groups.IDs(), func(g ident.GroupID) bool {
		_, held := ring.Groups[g]
		return !held
	})
}
