package keyring

import (
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// What was sealed with a group's secret is read for as long as it may live after
// the group was renewed, and what a backup or a copy of the state holds is its
// own.
func TestRenewKeepsTheFormerSecretForAWhile(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	first := s.Groups[1]
	s.Ran(time.Hour)
	s.Renew(1, 1, seal.Secret{21})
	before := s.Clone()
	s.Renew(1, 2, seal.Secret{22})
	s.Renew(1, 3, seal.Secret{23})
	if got := s.Secrets(); got.Groups[1] != (seal.Secret{23}) || len(got.Former[1]) != 3 || got.Former[1][0] != (seal.Secret{22}) || got.Former[1][2] != first {
		t.Errorf("reads with %v", got.Former[1])
	}
	if f := before.Former[1]; len(f) != 1 || f[0].Secret != first || before.Editions[1] != 1 {
		t.Errorf("the copy changed: %v, edition %d", f, before.Editions[1])
	}
	s.Ran(KeepDays*24*time.Hour - time.Millisecond)
	if len(s.Former[1]) != 3 {
		t.Error("forgotten too soon")
	}
	if s.Ran(time.Millisecond); len(s.Former[1]) != 0 {
		t.Error("not forgotten")
	}
	if s.Renew(1, 4, seal.Secret{23}); len(s.Former[1]) != 0 || s.Editions[1] != 4 {
		t.Error("the same secret counts as a former one")
	}
	back, err := Decode(s.Encode())
	if err != nil || back.Editions[1] != 4 {
		t.Errorf("comes back with edition %d, %v", back.Editions[1], err)
	}
	if s.RemoveGroup(1); len(s.Editions) != 0 {
		t.Error("a group that was removed has an edition")
	}
}

// A package of the authority, which knows nothing of renewals, undoes none.
func TestMergeKeepsWhatWasRenewed(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	s.Renew(1, 5, seal.Secret{25})
	old := s.Former[1][0].Secret
	if err := s.Merge(a.pack(2, today)); err != nil {
		t.Fatal(err)
	}
	if s.Groups[1] != (seal.Secret{25}) || s.Editions[1] != 5 || s.Former[1][0].Secret != old {
		t.Errorf("group 1 has %v, edition %d", s.Groups[1], s.Editions[1])
	}
}

// A group that somebody left gets a fresh secret from the authority: the newer
// package brings it, and what was sealed before is still read.
func TestMergeTakesWhatTheAuthorityDrewAnew(t *testing.T) {
	a := newAuthority(t)
	for _, keys := range []bool{true, false} {
		s := a.node(2, today)
		old := s.Groups[1]
		p := a.pack(2, today)
		p.Groups = map[ident.GroupID]seal.Secret{1: {31}}
		if !keys {
			p = Package{Groups: p.Groups}
		}
		for range 2 { // the second time changes nothing
			if err := s.Merge(p); err != nil {
				t.Fatal(err)
			}
			if s.Groups[1] != (seal.Secret{31}) || len(s.Former[1]) != 1 || s.Former[1][0].Secret != old {
				t.Errorf("keys %v: group 1 has %v, former %v", keys, s.Groups[1], s.Former[1])
			}
		}
		if back, err := Decode(s.Encode()); err != nil || len(back.Former[1]) != 1 {
			t.Errorf("keys %v: does not come back: %v", keys, err)
		}
	}
}

// A group is renewed more often than secrets are kept: the oldest is let go, and it
// is said that it was.
func TestRenewedTooOftenIsSaid(t *testing.T) {
	a := newAuthority(t)
	s := a.node(2, today)
	for i := range uint32(MaxFormer) {
		s.Renew(1, i+1, seal.Secret{100, byte(i)})
	}
	if cut := s.TakeCut(); len(s.Former[1]) != MaxFormer || cut != 0 {
		t.Fatalf("%d former secrets, %d let go", len(s.Former[1]), cut)
	}
	if back, err := Decode(s.Encode()); err != nil || len(back.Former[1]) != MaxFormer {
		t.Errorf("does not come back: %v", err)
	}
	s.Renew(1, MaxFormer+1, seal.Secret{200})
	if cut := s.TakeCut(); len(s.Former[1]) != MaxFormer || cut != 1 {
		t.Errorf("%d former secrets, %d let go", len(s.Former[1]), cut)
	}
	if cut := s.TakeCut(); cut != 0 {
		t.Errorf("%d let go, said twice", cut)
	}
}
