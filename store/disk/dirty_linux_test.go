package disk

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/blackstart-mesh/blackstart/internal/peers"
	"github.com/blackstart-mesh/blackstart/store/storetest"
)

// dirty returns the kilobytes of a folder's mapped write-ahead logs that differ
// from the disk, as the kernel counts them, and the number of mappings.
func dirty(t *testing.T, dir string) (kb, mappings int) {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ours := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch name := fields[0]; {
		case !strings.HasSuffix(name, ":"):
			if ours = strings.Contains(lines.Text(), dir) && strings.HasSuffix(lines.Text(), ".mem"); ours {
				mappings++
			}
		case ours && (name == "Shared_Dirty:" || name == "Private_Dirty:"):
			n, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			kb += n
		}
	}
	return kb, mappings
}

// When Commit returns, the write-ahead log in memory is the one on the disk.
// This is seen without root, unlike a power cut.
func TestCommitLeavesNothingDirty(t *testing.T) {
	dir := t.TempDir()
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		t.Fatal(err)
	}
	if st.Type == unix.TMPFS_MAGIC {
		peers.Missing(t, "the temporary folder is in memory; set TMPDIR to one on a disk")
	}
	s := mustCreate(t, dir)
	defer mustClose(t, s)
	for n := range uint64(20) {
		if err := s.Commit(storetest.Numbered(n + 1)); err != nil {
			t.Fatal(err)
		}
		kb, mappings := dirty(t, dir)
		if kb > 0 || mappings == 0 {
			t.Fatalf("after commit %d: %d kB of %d mapped logs are not on the disk", n+1, kb, mappings)
		}
	}
}
