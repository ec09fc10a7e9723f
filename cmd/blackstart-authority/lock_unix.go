//go:build !windows

package main

import (
	"errors"
	"os"
	"syscall"
)

// openLocked opens a file that this process alone has, until it is closed or the
// process ends; errBusy if another one has it.
func openLocked(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		return f, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errBusy
	}
	return nil, errors.Join(err, f.Close())
}
