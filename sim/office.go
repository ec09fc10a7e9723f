package sim

import (
	"fmt"
	"io"
	"math/bits"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/keyring"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// office is the part of an operator's authority that moves keys.
type office struct {
	root    *ident.Private
	entropy io.Reader
	tree    keyblock.Tree
	top     ident.Number
	revoked []ident.Number

	bootstrap, group, administration seal.Secret

	epochs []seal.Epoch // ascending by serial, each from its first day on
	blocks []*keyblock.Block
}

func newOffice(root *ident.Private, entropy io.Reader, n int, first clock.Day) (office, error) {
	o := office{root: root, entropy: entropy, top: ident.Number(n)}
	o.tree = keyblock.Tree{Generation: 1, Height: uint8(max(1, bits.Len(uint(n)))), Start: 1}
	for _, s := range []*seal.Secret{&o.tree.Seed, &o.bootstrap, &o.group, &o.administration} {
		if _, err := io.ReadFull(entropy, s[:]); err != nil {
			return o, err
		}
	}
	_, err := o.NextBlock(first)
	return o, err
}

// NextBlock makes the next key block, which locks out these nodes beside those
// that were before.
func (o *office) NextBlock(first clock.Day, out ...ident.Number) (*keyblock.Block, error) {
	o.revoked = append(o.revoked, out...)
	b, e, err := o.tree.Make(keyblock.Plan{
		Operator: ident.OperatorOf(o.root.SignKey()), Serial: uint32(len(o.blocks) + 1), First: first,
		Top: o.top, Revoked: o.revoked,
	}, o.root, o.entropy)
	if err != nil {
		return nil, fmt.Errorf("make a key block: %w", err)
	}
	o.blocks, o.epochs = append(o.blocks, b), append(o.epochs, e)
	return b, nil
}

// Blocks returns all key blocks, ascending by serial.
func (o *office) Blocks() []*keyblock.Block { return o.blocks }

// serialOn returns the serial of the block under which members seal on a day.
func (o *office) serialOn(day clock.Day) (serial uint32) {
	for _, e := range o.epochs {
		if e.First <= day {
			serial = e.Serial
		}
	}
	return serial
}

// Package makes what enrolment on a day would hand to a node.
func (o *office) Package(number ident.Number, today clock.Day) (keyring.Package, error) {
	e := o.epochs[len(o.epochs)-1]
	path, err := o.tree.Path(number, e.Serial+1)
	e.EraseBefore(today)
	return keyring.Package{Bootstrap: o.bootstrap, Path: path, Epoch: e, Groups: o.groups()}, err
}

func (o *office) groups() map[ident.GroupID]seal.Secret {
	return map[ident.GroupID]seal.Secret{Everyone: o.group, ident.NetworkGroup: o.administration}
}

// Ring makes the key ring of a node that was enrolled on a day.
func (o *office) Ring(number ident.Number, today clock.Day) (*keyring.State, error) {
	p, err := o.Package(number, today)
	if err != nil {
		return nil, err
	}
	return keyring.New(p)
}
