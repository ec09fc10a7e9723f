package disk

import (
	"os"
	"path/filepath"
	"testing"
)

// TestEmptyLogs leaves what a kill leaves while Badger ends a log, or begins
// one: a file of no length, before and behind the log in use.
func TestEmptyLogs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s := mustCreate(t, dir)
	if err := s.Commit(batch("a", "1")); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	empty := []string{"00000.mem", "00077.mem"}
	for _, name := range empty {
		if err := os.WriteFile(filepath.Join(dir, databaseDir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		s = mustOpen(t, dir)
		if v, ok := s.Get([]byte("a")); !ok || string(v) != "1" {
			t.Errorf("read %q, %v", v, ok)
		}
		if err := s.Commit(batch("b", "2")); err != nil {
			t.Error(err)
		}
		mustClose(t, s)
	}
}
