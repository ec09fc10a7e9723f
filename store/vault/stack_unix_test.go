//go:build unix

package vault_test

import (
	"bytes"
	"crypto/sha256"
	"path/filepath"
	"testing"

	"github.com/blackstart-mesh/blackstart/internal/leak"
	"github.com/blackstart-mesh/blackstart/store/vault"
)

// A crash while the disk is slow shows nothing of the key: it is on no stack.
func TestAStackDumpShowsNoKey(t *testing.T) {
	key := sha256.Sum256([]byte("of a vault"))
	var d leak.Detector
	d.Plant("the key", key[:])
	file := filepath.Join(t.TempDir(), "vault")
	for name, work := range map[string]func(){
		"Open": func() { _, _ = vault.Open(file, key) },
		"Peek": func() { _, _ = vault.Peek(file, key) },
	} {
		stacks := leak.Stacks(t, file, work)
		if !bytes.Contains(stacks, []byte("vault."+name)) {
			t.Errorf("%s is not in the dump:\n%s", name, stacks)
		}
		for _, f := range d.Search(name, stacks) {
			t.Error(f)
		}
	}
}
