package keyring

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

func TestBlocksInOrder(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today+3)
	a.sure(t, s, 1, today+3)
	for i := range uint32(3) {
		b := a.block(today + 4)
		a.want(t, s, b, Applied)
		a.want(t, s, b, Known)
		if s.Newest() != 2+i || s.Path.Serial != 3+i || len(s.Skipped) != 0 {
			t.Fatalf("newest %d, path at %d, %d skipped", s.Newest(), s.Path.Serial, len(s.Skipped))
		}
		a.sure(t, s, b.Serial, today+4)
	}
	a.want(t, s, a.blocks[1], Known)
	if s.Epochs[3].Digest != a.blocks[1].Digest() {
		t.Error("the digest of the package's block was not learned")
	}
}

// Ten blocks are slept through; the newest moves the node, the others open as
// they come, in any order, and nothing is missing afterwards.
func TestSkippedBlocksOpenLate(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	for range 10 {
		a.block(today + 2)
	}
	a.want(t, s, a.blocks[11], Applied)
	if got := s.Missing(13); !slices.Equal(got, []uint32{13, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2}) {
		t.Fatalf("missing %v", got)
	}
	for _, serial := range []uint32{7, 2, 10, 3, 9, 4, 8, 5, 6} {
		a.want(t, s, a.blocks[serial], Late)
		a.sure(t, s, serial, today+2)
		a.want(t, s, a.blocks[serial], Known)
	}
	if got := s.Missing(11); len(got) != 0 {
		t.Errorf("missing %v", got)
	}
	again, err := Decode(s.Encode())
	if err != nil || !bytes.Equal(again.Encode(), s.Encode()) {
		t.Errorf("the state does not survive: %v", err)
	}
}

func TestApplyRefusesAndStays(t *testing.T) {
	a := newAuthority(t)
	a.block(today)
	s := a.node(2, today)
	known, _ := a.other(2, today)
	a.want(t, s, a.blocks[2], Known)
	before := s.Encode()
	a.want(t, s, known, Conflict)
	a.want(t, s, a.blocks[1], Passed)
	corrupt := *a.block(today)
	corrupt.Wraps = slices.Clone(corrupt.Wraps)
	corrupt.Wraps[0][0] ^= 1
	a.want(t, s, &corrupt, Corrupt)
	far := corrupt
	far.Serial = 1 << 20
	a.want(t, s, &far, Ahead)
	a.revoked = []ident.Number{2}
	a.want(t, s, a.block(today), Revoked)
	a.generation()
	a.want(t, s, a.block(today), OtherGeneration)
	if !bytes.Equal(s.Encode(), before) {
		t.Error("a refused block changed the state")
	}
	a.want(t, s, a.blocks[3], Applied) // the good copy of the corrupt one
}

// Two blocks with one serial: whichever comes first counts, the other is an
// alarm, and the next block brings both sides together again.
func TestTwoBlocksWithOneSerialMeetInTheNext(t *testing.T) {
	a := newAuthority(t)
	left, right := a.node(2, today), a.node(3, today)
	one := a.block(today)
	two, _ := a.other(2, today)
	a.want(t, left, one, Applied)
	a.want(t, right, two, Applied)
	a.want(t, left, two, Conflict)
	a.want(t, right, one, Conflict)
	next := a.block(today)
	a.want(t, left, next, Applied)
	a.want(t, right, next, Applied)
	if left.Epochs[0].Key != right.Epochs[0].Key {
		t.Error("they did not meet")
	}
	// The same while the serial was skipped.
	s := a.node(4, today)
	a.block(today)
	other, _ := a.other(a.newest, today)
	a.want(t, s, a.block(today), Applied)
	a.want(t, s, other, Late)
	a.want(t, s, a.blocks[a.newest-1], Conflict)
}

func TestBoundsOfWhatIsKept(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	for range 3 * MaxSkipped {
		a.block(today)
	}
	a.want(t, s, a.blocks[a.newest], Applied)
	if cut := s.TakeCut(); cut != 2*MaxSkipped-1 {
		t.Errorf("%d keys were let go early", cut)
	}
	if len(s.Skipped) != MaxSkipped || s.Skipped[0].Serial != a.newest-MaxSkipped {
		t.Fatalf("%d skipped from %d", len(s.Skipped), s.Skipped[0].Serial)
	}
	if got := s.Missing(1 << 31); len(got) != 2*MaxSkipped || got[0] != 1<<31 {
		t.Errorf("%d missing", len(got))
	}
	for serial := a.newest - 1; serial > a.newest-MaxSkipped; serial-- {
		a.want(t, s, a.blocks[serial], Late)
	}
	if len(s.Epochs) != MaxEpochs || s.Epochs[MaxEpochs-1].Serial != a.newest-MaxEpochs+1 {
		t.Errorf("%d epochs down to %d", len(s.Epochs), s.Epochs[MaxEpochs-1].Serial)
	}
	a.want(t, s, a.blocks[a.newest-MaxSkipped], Late) // opened, but older than any that is kept
	if cut := s.TakeCut(); cut != 2 {
		t.Errorf("%d keys were let go early", cut)
	}
	if len(s.Epochs) != MaxEpochs || len(s.Skipped) != 0 {
		t.Errorf("%d epochs, %d skipped", len(s.Epochs), len(s.Skipped))
	}
	full := s.Clone()
	full.Groups = map[ident.GroupID]seal.Secret{}
	for g := ident.GroupID(1); g <= ident.MaxGroup; g++ {
		full.Groups[g] = seal.Secret{byte(g)}
		for range MaxFormer {
			full.Former[g] = append(full.Former[g], Former{Secret: seal.Secret{byte(g)}})
		}
	}
	full.Path.Height, full.Path.Keys = 16, make([]seal.Secret, 17)
	for i := range uint32(MaxSkipped) {
		k := Skipped{Since: time.Hour}
		k.Serial, k.Number, k.Height, k.Keys = i+1, 2, 16, full.Path.Keys
		full.Skipped = append(full.Skipped, k)
	}
	full.Running = time.Hour
	if n := len(full.Encode()); n > MaxState || n < MaxState/2 {
		t.Errorf("the largest state has %d bytes, bound is %d", n, MaxState)
	}
	for _, s := range []*State{full, a.node(2, today)} {
		if raw := s.Encode(); cap(raw) != len(raw) {
			t.Errorf("%d bytes were made in room for %d: copies of keys may lie about", len(raw), cap(raw))
		}
	}
	if again, err := Decode(full.Encode()); err != nil || len(again.Skipped) != MaxSkipped {
		t.Errorf("the largest state does not survive: %v", err)
	}
}

func TestMergeBringsWhatIsLackingAndTakesNothing(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	s.Renew(1, 1, seal.Secret{99}) // by the group's administrator
	s.RemoveGroup(127)
	for range 4 {
		a.block(today + 2)
	}
	p := a.pack(2, today+5)
	p.Bootstrap = seal.Secret{77}
	if err := s.Merge(p); err != nil {
		t.Fatal(err)
	}
	a.sure(t, s, 1, today)
	a.sure(t, s, 5, today+5)
	if s.Path.Serial != 6 || s.Bootstrap != p.Bootstrap || s.Groups[1] != (seal.Secret{99}) || s.Groups[127] != (seal.Secret{12}) {
		t.Errorf("path at %d, bootstrap or groups are wrong", s.Path.Serial)
	}
	for serial := uint32(2); serial <= 5; serial++ {
		a.want(t, s, a.blocks[serial], Late)
		a.sure(t, s, serial, today+2) // even 5: the block brings earlier days than the package
	}
	// The same file again, and an older one.
	for _, again := range []Package{p, {Bootstrap: seal.Secret{1}, Path: a.mustPath(2, 3), Epoch: a.epochs[2], Groups: p.Groups}} {
		before := s.Encode()
		if err := s.Merge(again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(s.Encode(), before) {
			t.Error("merging what is known changed the state")
		}
	}
}

func TestMergeOfANewGeneration(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	a.block(today + 1)
	a.generation()
	first := a.block(today + 2)
	a.want(t, s, first, OtherGeneration)
	second := a.block(today + 3)
	if err := s.Merge(a.pack(2, today+3)); err != nil {
		t.Fatal(err)
	}
	if s.Path.Generation != 2 || s.Path.Height != 4 || s.Path.Serial != 5 {
		t.Fatalf("path of generation %d at %d", s.Path.Generation, s.Path.Serial)
	}
	if got := s.Missing(4); !slices.Equal(got, []uint32{4, 3, 2}) {
		t.Errorf("missing %v", got)
	}
	a.want(t, s, second, Known) // its epoch came with the package; what is kept for it is of the old tree
	a.want(t, s, first, Passed) // nothing that this node has opens it
	if got := s.Missing(4); !slices.Equal(got, []uint32{2}) {
		t.Errorf("missing %v", got)
	}
	a.sure(t, s, 4, today+3)
	a.want(t, s, a.blocks[2], Late)
	a.want(t, s, a.block(today+4), Applied)
}

func TestMergeRefuses(t *testing.T) {
	a := newAuthority(t)
	a.block(today)
	s := a.node(2, today)
	before := s.Encode()
	a.generation()
	conflict := a.pack(2, today)
	conflict.Epoch.Key[0] ^= 1
	back := a.pack(2, today)
	back.Path.Serial, back.Path.Generation, back.Epoch = 2, 9, a.epochs[1]
	odd := a.pack(2, today)
	odd.Path.Serial = 2 // not behind its epoch
	for name, c := range map[string]struct {
		p    Package
		want error
	}{
		"other number": {a.pack(3, today), ErrOtherNode}, "other secret": {conflict, ErrConflict},
		"a later generation at an earlier serial": {back, ErrConflict}, "path behind the epoch": {odd, ErrNotCanonical},
	} {
		if err := s.Merge(c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if !bytes.Equal(s.Encode(), before) {
			t.Errorf("%s: the state changed", name)
		}
	}
}
