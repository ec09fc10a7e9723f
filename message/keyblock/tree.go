package keyblock

import (
	"fmt"
	"io"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Tree is the authority's key tree of one generation. Who holds the seed holds
// every key of every node: when a new generation begins, the authority erases
// the seed of the old one.
type Tree struct {
	Generation uint16
	Height     uint8  // 1..MaxHeight; room for the numbers below 2^Height
	Start      uint32 // the serial of the generation's first block, from 1
	Seed       seal.Secret
}

// Level is a tree at one serial. It derives keys when they are asked for, and
// remembers them: whoever wants the paths of many nodes asks one Level.
type Level struct {
	tree   Tree
	serial uint32
	keys   map[uint32]seal.Secret
}

// Level returns the tree stepped to a serial. There is none before the start of
// the generation (ErrPassed) nor more than MaxSteps behind it (ErrAhead).
func (t Tree) Level(serial uint32) (*Level, error) {
	if t.Height < 1 || t.Height > MaxHeight || t.Start == 0 {
		return nil, fmt.Errorf("%w: tree of height %d from serial %d", ErrNotCanonical, t.Height, t.Start)
	}
	if err := (Path{Serial: t.Start}).reaches(serial); err != nil {
		return nil, fmt.Errorf("generation %d: %w", t.Generation, err)
	}
	return &Level{tree: t, serial: serial, keys: make(map[uint32]seal.Secret)}, nil
}

// key returns K_v at the level's serial.
func (l *Level) key(v uint32) seal.Secret {
	if key, ok := l.keys[v]; ok {
		return key
	}
	key := vertexKey(&l.tree.Seed, v)
	for range l.serial - l.tree.Start {
		key = stepKey(&key)
	}
	l.keys[v] = key
	return key
}

// Path returns what the node with a number holds at the level's serial.
func (l *Level) Path(n ident.Number) (Path, error) {
	p := Path{Generation: l.tree.Generation, Height: l.tree.Height, Number: n, Serial: l.serial}
	if n == 0 || !inTree(p.Height, n) {
		return Path{}, fmt.Errorf("%w: node number %d in a tree of height %d", ErrNotCanonical, n, p.Height)
	}
	for v := leafOf(p.Height, n); v >= 1; v /= 2 {
		p.Keys = append(p.Keys, l.key(v))
	}
	return p, nil
}

// Path returns what the node with a number holds from a serial on: it opens the
// block with that serial and later ones. Enrolment after block n hands out the
// path for n+1.
func (t Tree) Path(n ident.Number, serial uint32) (Path, error) {
	l, err := t.Level(serial)
	if err != nil {
		return Path{}, err
	}
	return l.Path(n)
}

// Plan says what a block is to do.
type Plan struct {
	Operator ident.OperatorID
	Serial   uint32         // one more than the block before
	First    clock.Day      // from which the new secret counts; not before that of the block before
	Top      ident.Number   // the highest number handed out so far, 0 for none
	Revoked  []ident.Number // all that were revoked in this generation, and not only the new ones; in any order
}

// Make draws a fresh secret and makes the signed block that brings it to
// everybody up to the top but the revoked. It draws 24 bytes of entropy. It
// also returns the epoch with the key of its first day, which the authority
// needs for those that it enrols later. ErrOversized says that so many are
// revoked that it takes a new generation.
func (t Tree) Make(p Plan, root *ident.Private, entropy io.Reader) (*Block, seal.Epoch, error) {
	l, err := t.Level(p.Serial)
	if err != nil {
		return nil, seal.Epoch{}, err
	}
	revoked := slices.Clone(p.Revoked)
	slices.Sort(revoked)
	b := &Block{Serial: p.Serial, First: p.First, Generation: t.Generation, Height: t.Height, Top: p.Top, Revoked: slices.Compact(revoked)}
	if err := b.checkHead(); err != nil {
		return nil, seal.Epoch{}, err
	}
	var random [WrapSize + SaltSize]byte
	if _, err := io.ReadFull(entropy, random[:]); err != nil {
		return nil, seal.Epoch{}, fmt.Errorf("draw %d bytes for key block %d: %w", len(random), p.Serial, err)
	}
	secret := [WrapSize]byte(random[:])
	b.Salt = [SaltSize]byte(random[WrapSize:])
	for _, v := range Cover(b.Height, b.Top, b.Revoked) {
		key := l.key(v)
		opener := openerKey(&key)
		b.Wraps = append(b.Wraps, xor(secret, pad(&opener, p.Operator, b, v)))
	}
	e := networkSecret(secret, p.Operator, b)
	b.Check = checkValue(&e)
	if _, err := b.layout(); err != nil {
		return nil, seal.Epoch{}, err
	}
	b.Signature = root.Sign(b.SignedBytes(p.Operator))
	return b, b.epoch(e), nil
}
