package keyring

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// today is the day on which worlds begin.
const today = clock.Day(20000)

// authority makes blocks and packages, and remembers every day's key.
type authority struct {
	t        testing.TB
	root     *ident.Private
	operator ident.OperatorID
	tree     keyblock.Tree
	blocks   map[uint32]*keyblock.Block
	epochs   map[uint32]seal.Epoch
	newest   uint32
	entropy  *rand.ChaCha8
	revoked  []ident.Number
	top      ident.Number
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	entropy := rand.NewChaCha8([32]byte{1})
	root, err := ident.NewPrivate(entropy)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{
		t: t, top: 6, root: root, operator: ident.OperatorOf(root.SignKey()), entropy: entropy,
		tree:   keyblock.Tree{Generation: 1, Height: 3, Start: 1, Seed: seal.Secret{9}},
		blocks: map[uint32]*keyblock.Block{}, epochs: map[uint32]seal.Epoch{},
	}
	a.block(today)
	return a
}

// block makes the next block.
func (a *authority) block(first clock.Day) *keyblock.Block {
	a.t.Helper()
	a.newest++
	b, e := a.other(a.newest, first)
	a.blocks[a.newest], a.epochs[a.newest] = b, e
	return b
}

// other makes a block that the authority does not remember.
func (a *authority) other(serial uint32, first clock.Day) (*keyblock.Block, seal.Epoch) {
	a.t.Helper()
	b, e, err := a.tree.Make(keyblock.Plan{Operator: a.operator, Serial: serial, First: first, Top: a.top, Revoked: a.revoked}, a.root, a.entropy)
	if err != nil {
		a.t.Fatal(err)
	}
	return b, e
}

// generation begins a new tree with the next block.
func (a *authority) generation() {
	a.tree = keyblock.Tree{Generation: a.tree.Generation + 1, Height: 4, Start: a.newest + 1, Seed: seal.Secret{byte(a.tree.Generation) + 10}}
}

// pack makes the package of a node on a day.
func (a *authority) pack(n ident.Number, day clock.Day) Package {
	a.t.Helper()
	p, err := a.tree.Path(n, a.newest+1)
	if err != nil {
		a.t.Fatal(err)
	}
	e := a.epochs[a.newest]
	e.EraseBefore(day)
	return Package{Bootstrap: seal.Secret{8}, Path: p, Epoch: e, Groups: map[ident.GroupID]seal.Secret{1: {11}, 127: {12}}}
}

// node enrols a node on a day.
func (a *authority) node(n ident.Number, day clock.Day) *State {
	a.t.Helper()
	s, err := New(a.pack(n, day))
	if err != nil {
		a.t.Fatal(err)
	}
	return s
}

// key is the key of an epoch and day.
func (a *authority) key(serial uint32, day clock.Day) seal.Secret {
	e := a.epochs[serial]
	e.EraseBefore(day)
	return e.Key
}

// at is a clock at noon of a day that is right within a minute.
func at(day clock.Day) clock.Reading {
	return clock.Reading{Wall: day.Start().Add(12 * time.Hour), Bound: time.Minute}
}

func (a *authority) want(t *testing.T, s *State, b *keyblock.Block, want Outcome) {
	t.Helper()
	if got := s.Apply(a.operator, b); got != want {
		t.Fatalf("block %d is %v, want %v", b.Serial, got, want)
	}
}

// sure holds what the state has of an epoch to what the authority has.
func (a *authority) sure(t *testing.T, s *State, serial uint32, base clock.Day) {
	t.Helper()
	i, found := s.epoch(serial)
	if !found {
		t.Fatalf("epoch %d is not held", serial)
	}
	if e := s.Epochs[i]; e.Base != base || e.Key != a.key(serial, base) || e.First != a.epochs[serial].First {
		t.Fatalf("epoch %d from day %d, base %d, want %d", serial, e.First, e.Base, base)
	}
}

func (a *authority) mustPath(n ident.Number, serial uint32) keyblock.Path {
	a.t.Helper()
	p, err := a.tree.Path(n, serial)
	if err != nil {
		a.t.Fatal(err)
	}
	return p
}
