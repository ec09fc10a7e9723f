package device

import (
	"errors"
	"testing"

	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/mem"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// fullDisk is a store that takes no commit while it is full.
type fullDisk struct {
	store.Store
	full bool
}

func (f *fullDisk) Commit(batches ...*store.Batch) error {
	if f.full {
		return store.ErrFull
	}
	return f.Store.Commit(batches...)
}

// A full disk takes no commit, but the vault goes on to be written in place. However
// often a node tries, and starts, it finds the store as it left it once there is
// room again.
func TestAFullDiskLooksLikeNoRestore(t *testing.T) {
	m := make1(t)
	d := m.open()
	st := &fullDisk{Store: mem.New()}
	open := func(what string) (*Keeper, error) {
		t.Helper()
		k, found, err := d.OpenVault(st, "test", now)
		if what != "first" && (found.Instance != vault.Same || found.Detail != "") {
			t.Errorf("%s: %v, %q", what, found.Instance, found.Detail)
		}
		return k, err
	}
	k, err := open("first")
	if err != nil {
		t.Fatal(err)
	}
	st.full = true
	for range 3 { // the node is rebuilt and tries again
		if err := k.Save([]byte("1")); !errors.Is(err, store.ErrFull) {
			t.Fatalf("saved: %v", err)
		}
	}
	for range 3 {
		if k, err = open("while full"); err != nil {
			t.Fatalf("not started: %v", err)
		}
		if err := k.Save([]byte("1")); !errors.Is(err, store.ErrFull) {
			t.Fatalf("saved: %v", err)
		}
	}
	st.full = false
	if err := k.Save([]byte("1")); err != nil || string(k.Load()) != "1" { // by the one that started while it was full
		t.Fatalf("saved %q: %v", k.Load(), err)
	}
	if k, err = open("with room again"); err != nil {
		t.Fatal(err)
	}
	// What was written beside a full store is noted once there is room.
	st.full = true
	if err := k.Save([]byte("2")); !errors.Is(err, store.ErrFull) {
		t.Fatalf("saved: %v", err)
	}
	st.full = false
	if err := k.Save([]byte("3")); err != nil || string(k.Load()) != "3" {
		t.Errorf("saved %q: %v", k.Load(), err)
	}
	if _, err := open("at last"); err != nil {
		t.Error(err)
	}
}

// A copy does not start while its counters cannot be moved: it might use a number that
// was used.
func TestACopyWaitsForRoom(t *testing.T) {
	d := make1(t).open()
	st := &fullDisk{Store: mem.New()}
	b := new(store.Batch)
	mesh.PutInstanceMark(b, vault.RestoredMark())
	if err := st.Commit(b); err != nil {
		t.Fatal(err)
	}
	for _, st.full = range []bool{true, true, false} {
		if _, found, err := d.OpenVault(st, "test", now); errors.Is(err, store.ErrFull) != st.full || found.Detail == "" {
			t.Errorf("full %v: %v, %q", st.full, err, found.Detail)
		}
	}
}
