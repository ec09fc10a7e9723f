package disk

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/blackstart-mesh/blackstart/store/filelock"
)

// lockFile holds the number of the process that has the store open. The lock
// itself is the system's and ends with that process, however it ends.
const lockFile = "LOCK"

// lock takes the store for this process. Closing the file gives it back.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot lock the store: %w", err)
	}
	ok, err := filelock.Try(f)
	if err == nil && !ok {
		err = fmt.Errorf("%w: %s is open in %s; stop it first", ErrLocked, dir, holder(f))
	} else if err != nil {
		err = fmt.Errorf("cannot lock the store %s: %w", dir, err)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	// Whose lock it is, is only of use to people: a full disk is no reason to
	// fail here, and opening says so better.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	}
	return f, nil
}

// holder names the process that wrote a lock file, if it did.
func holder(f *os.File) string {
	b := make([]byte, 16)
	n, _ := f.ReadAt(b, 0)
	pid, err := strconv.Atoi(string(bytes.TrimSpace(b[:n])))
	switch {
	case err != nil || pid <= 0:
		return "another process"
	case pid == os.Getpid():
		return "this process already"
	}
	return fmt.Sprintf("process %d", pid)
}
