package mesh

import (
	"io"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// office is the authority of a world.
type office struct {
	t       testing.TB
	root    *ident.Private
	tree    keyblock.Tree
	entropy io.Reader
	epoch   seal.Epoch // of the newest block
	last    *keyblock.Block
	top     ident.Number
	out     []ident.Number // revoked
}

// epochDay is the first day of a world's first epoch.
const epochDay clock.Day = 20000

func newOffice(t testing.TB, count int, entropy io.Reader) office {
	t.Helper()
	root, err := ident.NewPrivate(entropy)
	if err != nil {
		t.Fatal(err)
	}
	o := office{
		t: t, root: root, entropy: entropy, top: ident.Number(count),
		tree: keyblock.Tree{Generation: 1, Height: 8, Start: 1, Seed: seal.Secret{5}},
	}
	o.next(epochDay)
	return o
}

// next makes the next key block, which locks out more nodes.
func (o *office) next(first clock.Day, out ...ident.Number) *keyblock.Block {
	o.t.Helper()
	o.out = append(o.out, out...)
	b, e, err := o.tree.Make(keyblock.Plan{Serial: o.epoch.Serial + 1, First: first, Top: o.top, Revoked: o.out}, o.root, o.entropy)
	if err != nil {
		o.t.Fatal(err)
	}
	o.epoch, o.last = e, b
	return b
}

// pack makes the package of a node as enrolment would make it now.
func (o *office) pack(num ident.Number) keyring.Package {
	o.t.Helper()
	path, err := o.tree.Path(num, o.epoch.Serial+1)
	if err != nil {
		o.t.Fatal(err)
	}
	return keyring.Package{
		Bootstrap: seal.Secret{3}, Path: path, Epoch: o.epoch,
		Groups: map[ident.GroupID]seal.Secret{1: {2}, ident.NetworkGroup: {4}},
	}
}

func (o *office) ring(num ident.Number) *keyring.State {
	o.t.Helper()
	s, err := keyring.New(o.pack(num))
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// unlock reads the vault, as a driver does before it builds a node.
func (m *member) unlock(t testing.TB) {
	t.Helper()
	if m.vault == nil {
		return
	}
	ring, err := keyring.Decode(m.vault)
	if err != nil {
		t.Fatal(err)
	}
	m.cfg.Ring = ring
}

// keys are those of a node at this moment, for who speaks in its name.
func (m *member) keys() *seal.Keys { return m.node.keys }
