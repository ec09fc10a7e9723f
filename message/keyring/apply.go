package keyring

import (
	"errors"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
)

// Outcome is what became of a block.
type Outcome uint8

// The outcomes of Apply. The state has changed after Applied and Late. After
// Known it may have learned a digest, after Known and Passed it may have let go
// what could never be used.
const (
	Applied         Outcome = iota + 1 // the node moved to a new secret
	Late                               // a block that had been skipped was opened
	Known                              // it was applied before
	Passed                             // from before this node's time, or given up: nothing here opens it
	Revoked                            // it leaves this node out: the node is locked out of all that follows
	Conflict                           // another block with this serial was applied: an alarm, the authority was copied or set back
	OtherGeneration                    // it takes a package of that generation, sealed to this node
	Ahead                              // further ahead than any path is stepped
	Corrupt                            // its secret is wrong for this node; another copy may be right
)

var outcomeNames = [...]string{"", "applied", "applied late", "known", "passed", "revoked", "conflict", "other generation", "ahead", "corrupt"}

// String returns the outcome's name.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return "unknown"
}

// Apply takes a block whose signature was verified. The path is stepped past it;
// of blocks before it that are not there, what opens them is kept.
//
// Whatever the outcome, the numbers that the block revokes are revoked: of two
// blocks with one serial both count, and neither takes back the other's. Keeping
// that list, which is no secret, is the caller's.
func (s *State) Apply(operator ident.OperatorID, b *keyblock.Block) Outcome {
	digest := b.Digest()
	if at, found := s.epoch(b.Serial); found {
		if held := &s.Epochs[at]; held.First != b.First || held.Digest != digest && held.Digest != ([32]byte{}) {
			return Conflict
		}
	}
	if at, found := s.skipped(b.Serial); found {
		if k := s.Skipped[at]; k.Generation == b.Generation && k.Height == b.Height {
			return s.applyLate(operator, b, at, digest)
		}
		s.dropSkipped(at) // kept from the tree before, and the block is of the next
	}
	if at, found := s.epoch(b.Serial); found {
		s.Epochs[at].Digest = digest
		return Known
	}
	path, passed, err := s.Path.Walk(b.Serial, MaxSkipped)
	if err != nil {
		return outcomeOf(err)
	}
	e, err := b.OpenWith(operator, path.Opener())
	if err != nil {
		return outcomeOf(err)
	}
	s.skip(b.Serial, passed)
	s.Path = path.Step()
	s.reach(e.First)
	_ = s.addEpoch(Epoch{Epoch: e, Digest: digest}) // no epoch has this serial: looked for above
	return Applied
}

// applyLate opens a block that was skipped.
func (s *State) applyLate(operator ident.OperatorID, b *keyblock.Block, at int, digest [32]byte) Outcome {
	e, err := b.OpenWith(operator, s.Skipped[at].Opener)
	if err != nil {
		return outcomeOf(err)
	}
	if err := s.addEpoch(Epoch{Epoch: e, Digest: digest}); err != nil {
		return Conflict
	}
	s.dropSkipped(at)
	return Late
}

// skip keeps what opens the blocks that the path passed on its way to a serial, the
// last MaxSkipped of all that are skipped.
func (s *State) skip(to uint32, passed []keyblock.Opener) {
	s.cut += int(to-s.Path.Serial) - len(passed)
	for _, o := range passed {
		if at, found := s.skipped(o.Serial); !found {
			s.Skipped = slices.Insert(s.Skipped, at, Skipped{Opener: o, Since: s.Running})
		}
	}
	for len(s.Skipped) > MaxSkipped {
		s.dropSkipped(0)
		s.cut++
	}
}

// dropSkipped forgets what opens one skipped block.
func (s *State) dropSkipped(at int) {
	clear(s.Skipped[at].Keys)
	s.Skipped = slices.Delete(s.Skipped, at, at+1)
}

func outcomeOf(err error) Outcome {
	switch {
	case errors.Is(err, keyblock.ErrPassed):
		return Passed
	case errors.Is(err, keyblock.ErrRevoked):
		return Revoked
	case errors.Is(err, keyblock.ErrGeneration):
		return OtherGeneration
	case errors.Is(err, keyblock.ErrAhead):
		return Ahead
	}
	return Corrupt
}
