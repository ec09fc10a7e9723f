package disk

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// freeSpace returns the bytes that this process may still write in a folder.
func freeSpace(dir string) (int64, error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, err
	}
	return int64(min(free, 1<<62)), nil
}

// tryLock locks an open file for this process alone, until it is closed. The
// locked byte lies far behind the contents: others cannot read what is locked.
func tryLock(f *os.File) (ok bool, err error) {
	const exclusiveNow = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(f.Fd()), exclusiveNow, 0, 1, 0, &windows.Overlapped{Offset: 1 << 30})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// syncDir does nothing: Windows keeps names durable by its own journal and
// cannot flush a folder.
func syncDir(string) error { return nil }
