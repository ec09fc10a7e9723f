package enrol

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/keyblock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

func TestHeightFor(t *testing.T) {
	for capacity, want := range map[int]uint8{1: 1, 2: 2, 3: 2, 4: 3, 1023: 10, 1024: 11, 65534: 16} {
		if got, err := HeightFor(capacity); err != nil || got != want {
			t.Errorf("room for %d: height %d, %v, want %d", capacity, got, err, want)
		}
	}
	for _, capacity := range []int{-1, 0, 65535} {
		if _, err := HeightFor(capacity); !errors.Is(err, ErrOversized) {
			t.Errorf("room for %d: %v", capacity, err)
		}
	}
}

// Enrolment hands out what opens the next key block, and nothing that opens the
// newest or the days of its epoch before the enrolment.
func TestEnrolmentLooksForwardOnly(t *testing.T) {
	w := newWorld(t)
	n, err := w.open(w.file(1), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := n.Secrets
	if s.Epoch.Serial != 2 || s.Epoch.First != first || s.Epoch.Base != today {
		t.Errorf("epoch %d from day %d with the key of %d", s.Epoch.Serial, s.Epoch.First, s.Epoch.Base)
	}
	want := w.keys.Epoch
	want.EraseBefore(today)
	if s.Epoch != want {
		t.Error("the day key is not the authority's")
	}
	for _, b := range w.blocks {
		if _, err := b.Open(w.operator(), s.Path); !errors.Is(err, keyblock.ErrPassed) {
			t.Errorf("key block %d: %v", b.Serial, err)
		}
	}
	w.block(today, []ident.Number{2, 4})
	if got, err := w.blocks[2].Open(w.operator(), s.Path); err != nil || got != w.keys.Epoch {
		t.Errorf("the next key block: %v", err)
	}
	lost, err := w.open(w.file(2), 1, nil) // as it was before
	if err != nil {
		t.Fatal(err)
	}
	w.block(today, []ident.Number{2, 4})
	if _, err := w.blocks[3].Open(w.operator(), lost.Secrets.Path); !errors.Is(err, keyblock.ErrRevoked) {
		t.Errorf("the revoked node: %v", err)
	}
}

// A new generation has keys of its own, and numbers for more nodes.
func TestNextTree(t *testing.T) {
	w := newWorld(t)
	before, err := w.open(w.file(1), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.keys.NextTree(height+2, entropy(5)); err != nil {
		t.Fatal(err)
	}
	w.block(today, nil)
	b := w.blocks[2]
	if b.Generation != 2 || b.Height != height+2 || b.Serial != 3 {
		t.Errorf("key block %d of generation %d, height %d", b.Serial, b.Generation, b.Height)
	}
	if _, err := b.Open(w.operator(), before.Secrets.Path); !errors.Is(err, keyblock.ErrGeneration) {
		t.Errorf("with a path of the old generation: %v", err)
	}
	after, err := w.open(w.file(2), 0, &before.Held)
	if err != nil || after.Secrets.Path.Generation != 2 || after.Secrets.Epoch.Serial != 3 {
		t.Errorf("after joining again: %+v, %v", after, err)
	}
}

func TestKeysetDoesNotPrint(t *testing.T) {
	k := newWorld(t).keys
	k.Bootstrap = seal.Secret([]byte("this must never be seen on paper"))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, k); got != "keys of a network" {
			t.Errorf("%s: %q", verb, got)
		}
		if got := fmt.Sprintf(verb, *k); strings.Contains(got, "this must") || strings.Contains(got, "74686973") {
			t.Errorf("%s of the value: %q", verb, got)
		}
	}
}
