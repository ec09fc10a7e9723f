package keyring

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// member is one of a large network, with what it has heard so far.
type member struct {
	n        ident.Number
	state    *State
	parts    *keyblock.Assembler
	joined   uint32 // the newest block when it was enrolled
	sleeps   uint32 // until this block it hears nothing
	revokedA uint32 // the block that revokes it, 0: none
}

// once remembers signatures that it has checked: a thousand nodes check the same.
type once map[[64]byte]bool

func (o once) Verify(key ident.SignKey, message, signature []byte) bool {
	s := [64]byte(signature)
	ok, known := o[s]
	if !known {
		ok = ident.Ed25519{}.Verify(key, message, signature)
		o[s] = ok
	}
	return ok
}

// A thousand nodes, 56 of them revoked in three blocks, every tenth part lost,
// some asleep for ten blocks or for all but the last, some enrolled in between:
// all others move to the newest block, open every block since they were enrolled
// that a live bundle can be of, and agree with the authority; the revoked open
// nothing from their block on, neither alone nor with each other's help.
func TestThousandNodes(t *testing.T) {
	nodes, blocks := ident.Number(1000), uint32(14)
	if testing.Short() {
		nodes = 150
	}
	const seed = 4
	r := rand.New(rand.NewPCG(seed, 0))
	a := newAuthority(t)
	a.tree = keyblock.Tree{Generation: 2, Height: 10, Start: 2, Seed: seal.Secret{77}}
	a.top = nodes * 9 / 10
	a.block(today)
	verifier := make(once)
	var all []*member
	enrol := func(n ident.Number) {
		m := &member{n: n, state: a.node(n, today), joined: a.newest, parts: keyblock.NewAssembler(a.root.SignKey(), a.operator, verifier)}
		switch n % 20 {
		case 3:
			m.sleeps = 10
		case 4:
			m.sleeps = blocks
		}
		all = append(all, m)
	}
	for n := ident.Number(1); n <= a.top; n++ {
		enrol(n)
	}
	for a.newest < blocks {
		serial := a.newest + 1
		for range map[uint32]int{4: 1, 7: 5, 10: 50}[serial] {
			m := all[r.IntN(len(all))]
			if m.revokedA == 0 {
				m.revokedA = serial
				a.revoked = append(a.revoked, m.n)
			}
		}
		b := a.block(today + clock.Day(serial))
		for _, m := range all {
			if m.sleeps < serial {
				m.hear(a, b, r)
			}
		}
		for range nodes / 10 / ident.Number(blocks) {
			a.top++
			enrol(a.top)
		}
	}
	for _, m := range all {
		for range 40 { // what is missing is asked for, and lost as often
			for _, serial := range m.state.Missing(a.newest) {
				m.hear(a, a.blocks[serial], r)
			}
		}
		m.check(t, a)
	}
	if short := len(all) < int(nodes)*19/20; short || len(a.revoked) < 30 {
		t.Fatalf("seed %d: %d nodes, %d revoked", seed, len(all), len(a.revoked))
	}
	coalition(t, a, all)
}

// hear sends a node the parts of a block, one in ten of which is lost.
func (m *member) hear(a *authority, b *keyblock.Block, r *rand.Rand) {
	for _, p := range b.Parts() {
		if r.IntN(10) == 0 {
			continue
		}
		if whole, _ := m.parts.Add(p); whole != nil {
			m.state.Apply(a.operator, whole)
		}
	}
}

// check holds a node's epochs to what it should have.
func (m *member) check(t *testing.T, a *authority) {
	t.Helper()
	for serial := m.joined; serial <= a.newest; serial++ {
		i, held := m.state.epoch(serial)
		if want := m.revokedA == 0 || serial < m.revokedA; held != want {
			t.Errorf("node %v, of block %d, asleep until %d, revoked by %d: holds epoch %d: %v", m.n, m.joined, m.sleeps, m.revokedA, serial, held)
		} else if held && m.state.Epochs[i].Key != a.key(serial, m.state.Epochs[i].Base) {
			t.Errorf("node %v has another key of epoch %d", m.n, serial)
		}
	}
	if m.revokedA == 0 && len(m.state.Missing(a.newest)) != 0 {
		t.Errorf("node %v still misses %v", m.n, m.state.Missing(a.newest))
	}
}

// coalition tries the last block with every key that any revoked node has, in
// the place of every key of every other.
func coalition(t *testing.T, a *authority, all []*member) {
	t.Helper()
	last := a.blocks[a.newest]
	var paths []keyblock.Path
	for _, m := range all {
		if m.revokedA != 0 {
			p, err := m.state.Path.At(a.newest)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := last.Open(a.operator, p); !errors.Is(err, keyblock.ErrRevoked) {
				t.Errorf("node %v is revoked: %v", m.n, err)
			}
			paths = append(paths, p)
		}
	}
	// They pose as nodes that are covered, with all their keys of each level.
	for n := ident.Number(1); n <= a.top; n += 7 {
		if slices.Contains(a.revoked, n) {
			continue
		}
		for _, p := range paths {
			p.Number = n
			if _, err := last.Open(a.operator, p); !errors.Is(err, keyblock.ErrCheck) && !errors.Is(err, keyblock.ErrRevoked) {
				t.Errorf("with the keys of a revoked node, posing as %v: %v", n, err)
			}
		}
	}
}
