package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
)

func TestEraseAndRemove(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	st, err := Create(dir, [32]byte{1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := &store.Batch{}
	b.Put([]byte("k"), []byte("v"))
	if err := st.Commit(b); err != nil {
		t.Fatal(err)
	}
	if err := Remove(dir); !errors.Is(err, ErrLocked) {
		t.Errorf("removed while it is open: %v", err)
	}
	if err := Erase(dir); err != nil { // while it is open
		t.Fatal(err)
	}
	if err := Erase(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("erased twice: %v", err)
	}
	if err := st.Close(); err != nil {
		t.Log("closing what was erased:", err)
	}
	if _, err := Open(dir, [32]byte{1}, Options{}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("opened with its key after it was erased: %v", err)
	}
	for range 2 {
		if err := Remove(dir); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("still there: %v", err)
	}
}
