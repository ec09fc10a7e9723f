// Package filelock keeps two processes from one thing at once. A lock is the system's:
// it ends with the process that has it, however that ends, and a power cut leaves none.
package filelock

import (
	"errors"
	"fmt"
	"os"
)

// Wait locks the file of this name, which is made if it is not there, once nobody else
// has it locked. Closing it gives it back. Hold it for no longer than it takes to
// write some files.
func Wait(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := lock(f, true); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot lock %s: %w", name, err), f.Close())
	}
	return f, nil
}

// Try locks an open file until it is closed. It is not ok where another has it.
func Try(f *os.File) (ok bool, err error) { return lock(f, false) }
