package disk_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blackstart-mesh/blackstart/store"
	"github.com/blackstart-mesh/blackstart/store/disk"
)

// TestCommitLeavesNothingDirty looks, right after a commit, at the pages of the
// write-ahead log that Badger maps into memory: the kernel must hold none that
// is changed and not yet written to the disk. A killed process loses no dirty
// page, a machine without power does; this is how the difference is seen
// without cutting the power.
func TestCommitLeavesNothingDirty(t *testing.T) {
	dir := t.TempDir()
	s, err := disk.Create(dir, [32]byte{1}, disk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 5 {
		b := new(store.Batch)
		b.Put([]byte(fmt.Sprintf("key %d", i)), make([]byte, 3000))
		if err := s.Commit(b); err != nil {
			t.Fatal(err)
		}
		mapped, dirty := dirtyLogs(t, dir)
		if mapped == 0 {
			t.Fatal("no write-ahead log is mapped: this test looks at the wrong files")
		}
		if dirty != 0 {
			t.Fatalf("commit %d returned with %d kB not on the disk", i, dirty)
		}
	}
}

// dirtyLogs returns the size of the memory-mapped write-ahead logs below dir
// that is in memory, and how much of it is dirty, both in kB.
func dirtyLogs(t *testing.T, dir string) (resident, dirty int) {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dir, err = filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if fields := strings.Fields(line); len(fields) >= 5 && strings.Contains(fields[0], "-") {
			inside = strings.Contains(line, dir) && strings.HasSuffix(line, ".mem")
			continue
		}
		var kB int
		switch {
		case !inside:
		case scan(line, "Rss:", &kB):
			resident += kB
		case scan(line, "Shared_Dirty:", &kB), scan(line, "Private_Dirty:", &kB):
			dirty += kB
		}
	}
	return resident, dirty
}

func scan(line, name string, kB *int) bool {
	rest, ok := strings.CutPrefix(line, name)
	if !ok {
		return false
	}
	_, err := fmt.Sscanf(rest, "%d", kB)
	return err == nil
}
