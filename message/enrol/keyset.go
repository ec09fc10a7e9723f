package enrol

import (
	"fmt"
	"io"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Keyset is the secrets of a network as its authority holds them, beside the
// root key. It is what must survive, and no more: the tree of the living
// generation, the newest epoch from its present day on, and the groups.
type Keyset struct {
	Bootstrap seal.Secret
	Tree      keyblock.Tree
	Epoch     seal.Epoch                    // of the newest key block; Serial 0 before the first
	Groups    map[ident.GroupID]seal.Secret // all of them, and NetworkGroup's
}

// HeightFor returns the height of the smallest tree that has room for the node
// numbers 1 to capacity, which must be within 1 to ident.MaxNumber.
func HeightFor(capacity int) (uint8, error) {
	if capacity < 1 || capacity > int(ident.MaxNumber) {
		return 0, fmt.Errorf("%w: room for %d nodes, 1 to %d", ErrOversized, capacity, ident.MaxNumber)
	}
	height := uint8(1)
	for capacity >= 1<<height {
		height++
	}
	return height, nil
}

// NewKeyset draws the secrets of a new network. There is no epoch before the
// first NextBlock.
func NewKeyset(groups []ident.Group, height uint8, entropy io.Reader) (*Keyset, error) {
	k := &Keyset{
		Tree:   keyblock.Tree{Generation: 1, Height: height, Start: 1},
		Groups: make(map[ident.GroupID]seal.Secret, len(groups)+1),
	}
	for _, secret := range []*seal.Secret{&k.Bootstrap, &k.Tree.Seed} {
		if err := draw(secret, entropy); err != nil {
			return nil, err
		}
	}
	for _, g := range groups {
		if err := k.DrawGroup(g.ID, entropy); err != nil {
			return nil, err
		}
	}
	return k, k.DrawGroup(ident.NetworkGroup, entropy)
}

func draw(secret *seal.Secret, entropy io.Reader) error {
	if _, err := io.ReadFull(entropy, secret[:]); err != nil {
		return fmt.Errorf("draw a secret: %w", err)
	}
	return nil
}

// DrawGroup gives a group a fresh secret.
func (k *Keyset) DrawGroup(g ident.GroupID, entropy io.Reader) error {
	var secret seal.Secret
	if err := draw(&secret, entropy); err != nil {
		return err
	}
	k.Groups[g] = secret
	return nil
}

// NextBlock makes the next key block: everybody up to top but the revoked moves
// to a fresh secret on a day. revoked is all of this generation. The epoch
// before is forgotten.
func (k *Keyset) NextBlock(root *ident.Private, operator ident.OperatorID, today clock.Day, top ident.Number, revoked []ident.Number, entropy io.Reader) (*keyblock.Block, error) {
	plan := keyblock.Plan{Operator: operator, Serial: k.Epoch.Serial + 1, First: max(today, k.Epoch.First), Top: top, Revoked: revoked}
	block, epoch, err := k.Tree.Make(plan, root, entropy)
	if err != nil {
		return nil, err
	}
	k.Epoch = epoch
	return block, nil
}

// NextTree begins a new generation with a fresh tree, and forgets the old one.
// The next block is the first that it opens; until nodes have a package of the
// new generation, they stay on the block before.
func (k *Keyset) NextTree(height uint8, entropy io.Reader) error {
	tree := keyblock.Tree{Generation: k.Tree.Generation + 1, Height: height, Start: k.Epoch.Serial + 1}
	if err := draw(&tree.Seed, entropy); err != nil {
		return err
	}
	k.Tree = tree
	return nil
}

// EraseBefore forgets the keys of the days before one.
func (k *Keyset) EraseBefore(day clock.Day) { k.Epoch.EraseBefore(day) }

// secretsOf returns what one node gets: nothing that opens what was sealed
// before epoch, or before its base.
func (k *Keyset) secretsOf(cert *ident.Certificate, level *keyblock.Level, epoch seal.Epoch) (Secrets, error) {
	path, err := level.Path(cert.Number)
	if err != nil {
		return Secrets{}, err
	}
	s := Secrets{Package: keyring.Package{Bootstrap: k.Bootstrap, Path: path, Epoch: epoch, Groups: map[ident.GroupID]seal.Secret{}}}
	for _, g := range append(cert.Groups.IDs(), ident.NetworkGroup) {
		secret, ok := k.Groups[g]
		if !ok {
			return Secrets{}, fmt.Errorf("%w: node %v is in group %d, which has no secret", ErrNotCanonical, cert.Number, g)
		}
		s.Groups[g] = secret
	}
	return s, nil
}

// String returns "keys of a network": a Keyset does not print.
func (k *Keyset) String() string { return "keys of a network" }

// Format prints what String returns for every verb and flag.
func (k *Keyset) Format(s fmt.State, _ rune) { io.WriteString(s, k.String()) }
