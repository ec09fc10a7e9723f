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
	MaxFormer  = 8              // of one group
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
	Editions  map[ident.GroupID]uint32   // of those that an administrator renewed, from 1
	Former    map[ident.GroupID][]Former // of those, newest first
	Path      keyblock.Path              // opens the next block
	Epochs    []Epoch                    // newest first, at least one
	Skipped   []Skipped                  // ascending by serial

	Window     clock.Day     // the days before are erased
	Running    time.Duration // durable running time, whole milliseconds
	Reached    clock.Day     // the true day was this or a later one ...
	ReachedAt  time.Duration // ... when Running was this
	DayErased  time.Duration // Running when the pace last let a day's key go
	StepErased time.Duration // Running when the pace last let a skipped block go

	cut int // see TakeCut
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

// Former is a secret that a group had before. Members change over one by one, and
// messages are late: what was sealed with it is read for a while.
type Former struct {
	Secret seal.Secret
	Since  time.Duration // Running when it was renewed
}

// Package is what enrolment hands to one node: never older keys than of the day
// on which it was made, so nothing in it opens what was sealed before. Path and Epoch are zero where the node has its keys already;
// such a package does for Merge, not for New.
type Package struct {
	Bootstrap seal.Secret
	Path      keyblock.Path // for the block after the epoch's
	Epoch     seal.Epoch    // its Base is the authority's day
	Groups    map[ident.GroupID]seal.Secret
}

// HaveKeys reports whether path and epoch are there.
func (p Package) HaveKeys() bool { return len(p.Path.Keys) > 0 }

// New makes the state of a node from its first package.
func New(p Package) (*State, error) {
	s := &State{
		Bootstrap: p.Bootstrap, Groups: maps.Clone(p.Groups), Path: clonePath(p.Path),
		Epochs: []Epoch{{Epoch: p.Epoch}}, Window: p.Epoch.Base, Reached: p.Epoch.Base,
	}
	if s.Groups == nil {
		s.Groups = make(map[ident.GroupID]seal.Secret)
	}
	s.Editions, s.Former = make(map[ident.GroupID]uint32), make(map[ident.GroupID][]Former)
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	return s, nil
}

// Clone returns a copy that shares nothing with s.
func (s *State) Clone() *State {
	c := *s
	c.Groups, c.Editions = maps.Clone(s.Groups), maps.Clone(s.Editions)
	c.Former = maps.Clone(s.Former)
	for g, list := range c.Former { // order: each by itself
		c.Former[g] = slices.Clone(list)
	}
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
	out := seal.Secrets{Bootstrap: s.Bootstrap, Groups: maps.Clone(s.Groups), Former: make(map[ident.GroupID][]seal.Secret, len(s.Former))}
	for g, list := range s.Former { // order: into a map
		for _, f := range list {
			out.Former[g] = append(out.Former[g], f.Secret)
		}
	}
	for _, e := range s.Epochs {
		out.Epochs = append(out.Epochs, e.Epoch)
	}
	return out
}

// TakeCut returns how many secrets were let go since it was asked last, for lack of
// room, though something alive may be sealed under them: what cannot be read after
// that is to be told from what was forged. It is not part of the encoding.
func (s *State) TakeCut() int {
	cut := s.cut
	s.cut = 0
	return cut
}

// RemoveGroup forgets the secrets of a group.
func (s *State) RemoveGroup(g ident.GroupID) {
	delete(s.Groups, g)
	delete(s.Editions, g)
	delete(s.Former, g)
}

// Renew puts the secret of an edition, from 1, in the place of the one held, which
// is kept for reading until what was sealed with it is dead.
func (s *State) Renew(g ident.GroupID, edition uint32, secret seal.Secret) {
	s.replace(g, secret)
	s.Editions[g] = edition
}

// replace puts a secret in the place of the one held, which is kept for reading.
func (s *State) replace(g ident.GroupID, secret seal.Secret) {
	if old, held := s.Groups[g]; held && !hmac.Equal(old[:], secret[:]) {
		list := slices.Insert(s.Former[g], 0, Former{Secret: old, Since: s.Running})
		kept := min(len(list), MaxFormer)
		s.Former[g] = list[:kept]
		s.cut += len(list) - kept
	}
	s.Groups[g] = secret
}

// forgetFormer drops former secrets of groups with which nothing alive is sealed.
// Running time decides, so no clock can be set to lose a message; and that they
// stay too long in a node that is seldom on gives nobody what he should not read,
// since days are erased by themselves.
func (s *State) forgetFormer() {
	for g, list := range s.Former { // order: each by itself
		list = slices.DeleteFunc(list, func(f Former) bool { return s.Running-f.Since >= KeepDays*24*time.Hour })
		if s.Former[g] = list; len(list) == 0 {
			delete(s.Former, g)
		}
	}
}

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
			if s.Epochs[MaxEpochs-1].First >= s.Window { // until then one sealed under the older one
				s.cut++
			}
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
