//go:build unix

package disk

import (
	"bytes"
	"crypto/sha256"
	"path/filepath"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/leak"
)

// A crash while the disk is slow shows nothing of the keys: they are on no stack.
func TestAStackDumpShowsNoKey(t *testing.T) {
	key := sha256.Sum256([]byte("of a store"))
	encryption, _ := derive(key)
	var d leak.Detector
	d.Plant("the key", key[:])
	d.Plant("the database's key", encryption[:])
	dir := filepath.Join(t.TempDir(), "store")
	s, err := Create(dir, key, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(databaseDir, "KEYREGISTRY"), formatFile} {
		stacks := leak.Stacks(t, filepath.Join(dir, name), func() { _, _ = Open(dir, key, Options{}) })
		if !bytes.Contains(stacks, []byte("disk.open")) {
			t.Errorf("%s: Open is not in the dump:\n%s", name, stacks)
		}
		for _, f := range d.Search(name, stacks) {
			t.Error(f)
		}
	}
}
