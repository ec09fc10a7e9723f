package keyring

import (
	"cmp"
	"crypto/hmac"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// Bounds of a State.
const (
	MaxEpochs  = seal.MaxEpochs
	MaxSkipped = seal.MaxEpochs // more could not be held once they are opened
	MaxGroups  = int(ident.MaxGroup)
)

type ringError string

func (e ringError) Error() string { return string(e) }

// Classes of what can be wrong, for errors.Is.
const (
	ErrTruncated    = ringError("keys of the node end too early")
	ErrOversized    = ringError("keys of the node are larger than allowed")
	ErrVersion      = ringError("unknown version of the node's keys")
	ErrNotCanonical = ringError("keys of the node are not in their one valid encoding")
	ErrOtherNode    = ringError("package is for another node number")
	ErrConflict     = ringError("two different secrets carry one serial")
)

// State is what a node keeps of keys. Its methods change it in place; a copy by
// Clone shares nothing with it.
type State struct {
	Bootstrap seal.Secret
	Groups    map[ident.GroupID]seal.Secret
	Path      keyblock.Path // opens the next block
	Epochs    []Epoch       // newest first, at least one
	Skipped   []Skipped     // ascending by serial

	Window     clock.Day     // the days before are erased
	Running    time.Duration // durable running time, whole milliseconds
	Reached    clock.Day     // the true day was this or a later one ...
	ReachedAt  time.Duration // ... when Running was this
	DayErased  time.Duration // Running when the pace last let a day's key go
	StepErased time.Duration // Running when the pace last let a skipped block go
}

// Epoch is an epoch and the digest of the block that brought it; zero if it came
// with a package and the block was not seen.
type Epoch struct {
	seal.Epoch
	Digest [32]byte
}

// Skipped opens one block that was not there when a later one was applied.
type Skipped struct {
	keyblock.Opener
	Since time.Duration // Running when it was skipped
	Day   clock.Day     // the first certain day after that, 0 until there was one
}

// Package is what enrolment hands to one node: never older keys than of the day
// on which it was made.
type Package struct {
	Bootstrap seal.Secret
	Path      keyblock.Path // for the block after the epoch's
	Epoch     seal.Epoch    // its Base is the authority's day
	Groups    map[ident.GroupID]seal.Secret
}

// New makes the state of a node from its first package.
func New(p Package) (*State, error) {
	s := &State{
		Bootstrap: p.Bootstrap, Groups: maps.Clone(p.Groups), Path: clonePath(p.Path),
		Epochs: []Epoch{{Epoch: p.Epoch}}, Window: p.Epoch.Base, Reached: p.Epoch.Base,
	}
	if s.Groups == nil {
		s.Groups = make(map[ident.GroupID]seal.Secret)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	return s, nil
}

// Clone returns a copy that shares nothing with s.
func (s *State) Clone() *State {
	c := *s
	c.Groups = maps.Clone(s.Groups)
	c.Path = clonePath(s.Path)
	c.Epochs = slices.Clone(s.Epochs)
	c.Skipped = slices.Clone(s.Skipped)
	for i := range c.Skipped {
		c.Skipped[i].Keys = slices.Clone(c.Skipped[i].Keys)
	}
	return &c
}

func clonePath(p keyblock.Path) keyblock.Path {
	p.Keys = slices.Clone(p.Keys)
	return p
}

// Secrets returns what seal.NewKeys takes.
func (s *State) Secrets() seal.Secrets {
	out := seal.Secrets{Bootstrap: s.Bootstrap, Groups: maps.Clone(s.Groups)}
	for _, e := range s.Epochs {
		out.Epochs = append(out.Epochs, e.Epoch)
	}
	return out
}

// SetGroup puts the secret of a group, 1..ident.MaxGroup, in the place of the
// one held, which is forgotten.
func (s *State) SetGroup(g ident.GroupID, secret seal.Secret) { s.Groups[g] = secret }

// RemoveGroup forgets the secret of a group.
func (s *State) RemoveGroup(g ident.GroupID) { delete(s.Groups, g) }

// Newest returns the serial of the newest block that was applied.
func (s *State) Newest() uint32 { return s.Epochs[0].Serial }

// Missing returns the serials of blocks to ask for, newest first: those after
// the newest one held up to a serial that a neighbour told, and those that were
// skipped and would still be opened. There are at most twice MaxSkipped of them.
// What a neighbour told is not proven: ask him, and let his word spend nothing
// that others need.
func (s *State) Missing(told uint32) []uint32 {
	var serials []uint32
	for serial := told; serial >= s.Path.Serial && len(serials) < MaxSkipped; serial-- {
		serials = append(serials, serial)
	}
	for _, skipped := range slices.Backward(s.Skipped) {
		serials = append(serials, skipped.Serial)
	}
	return serials
}

// epoch returns the place of a serial among the epochs.
func (s *State) epoch(serial uint32) (at int, found bool) {
	return slices.BinarySearchFunc(s.Epochs, serial, func(e Epoch, serial uint32) int { return cmp.Compare(serial, e.Serial) })
}

func (s *State) skipped(serial uint32) (at int, found bool) {
	return slices.BinarySearchFunc(s.Skipped, serial, func(k Skipped, serial uint32) int { return cmp.Compare(k.Serial, serial) })
}

// addEpoch puts an epoch into its place, with the days before the window erased.
// The oldest goes when there are too many. Of one that is held, the earlier days
// win, for a package may bring fewer than a block; if the two do not follow from
// each other, what is held stays, and the error is ErrConflict.
func (s *State) addEpoch(e Epoch) error {
	e.EraseBefore(s.Window)
	at, found := s.epoch(e.Serial)
	if !found {
		s.Epochs = slices.Insert(s.Epochs, at, e)
		if len(s.Epochs) > MaxEpochs {
			s.Epochs = s.Epochs[:MaxEpochs]
		}
		return nil
	}
	held := &s.Epochs[at]
	early, late := e.Epoch, held.Epoch
	if late.Base < early.Base {
		early, late = late, early
	}
	early.EraseBefore(late.Base)
	if !hmac.Equal(early.Key[:], late.Key[:]) || e.First != held.First {
		return fmt.Errorf("%w: %d", ErrConflict, e.Serial)
	}
	if e.Base < held.Base {
		held.Epoch = e.Epoch
	}
	if held.Digest == ([32]byte{}) {
		held.Digest = e.Digest
	}
	return nil
}
