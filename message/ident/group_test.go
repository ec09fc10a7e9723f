package ident

import (
	"slices"
	"testing"
)

func TestGroupSet(t *testing.T) {
	s := Groups(1, 8, 126)
	if !s.Has(1) || !s.Has(8) || !s.Has(126) || s.Has(2) || s.Has(0) || s.Has(128) || s.Has(255) {
		t.Errorf("set %v", s)
	}
	if got := s.Without(8).Without(3).Without(200).IDs(); !slices.Equal(got, []GroupID{1, 126}) {
		t.Errorf("without 8: %v", got)
	}
	if s[0] != 1<<1 || s[1] != 1<<0 || s[15] != 1<<6 {
		t.Errorf("bits %x", s)
	}
	if got := (GroupSet{}).IDs(); len(got) != 0 {
		t.Errorf("the empty set holds %v", got)
	}
	for _, g := range []GroupID{0, 128} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("group %d went into a set", g)
				}
			}()
			Groups(g)
		}()
	}
}
