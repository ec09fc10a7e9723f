// Package erase makes files unreadable: overwritten in place with random bytes,
// made durable, and removed. One pass is enough where the disk writes in place;
// what a flash disk, a snapshot or a file system that copies on write keeps, no
// number of passes reaches (see package keyslot).
package erase

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// File overwrites a file with random bytes, makes that durable, and removes it.
// The error is fs.ErrNotExist where there is none. A file that cannot be
// overwritten is removed all the same, and the error says that it was not
// overwritten; one that cannot be removed (open elsewhere, on Windows) is
// overwritten.
func File(path string) error {
	err := Content(path)
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if gone := os.Remove(path); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		if err == nil {
			return fmt.Errorf("overwritten, but not removed: %w", gone)
		}
		return errors.Join(err, gone)
	}
	return errors.Join(err, SyncDir(filepath.Dir(path)))
}

// Content overwrites a file with random bytes, makes that durable, and leaves it.
func Content(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(io.NewOffsetWriter(f, 0), rand.Reader, info.Size())
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
