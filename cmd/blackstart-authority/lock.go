package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/cmd/internal/console"
)

var errBusy = errors.New("another command is at work")

// locks are the folders that this command keeps others from changing, until it
// ends. The system gives them back when the process dies.
type locks struct{ files []*os.File }

func (l *locks) release() {
	for _, f := range l.files {
		_ = f.Close() // nothing was written to it
	}
	l.files = nil
}

// lock keeps other commands from changing a folder; errBusy if one is at work in it.
func (l *locks) lock(dir string) error {
	f, err := openLocked(filepath.Join(dir, lockFile))
	if err == nil {
		l.files = append(l.files, f)
	}
	return err
}

// openToChange is open for a command that changes the folder: nobody else may.
func openToChange(w world, dir string) (*authority, error) {
	if _, err := load(dir); err != nil {
		return nil, err // before a lock is put into a folder that is none
	}
	err := w.locks.lock(dir)
	if errors.Is(err, errBusy) {
		return nil, console.Faultf(console.Store, "wait until it is done, or end it", "another command is at work in %s", dir)
	}
	if err != nil {
		return nil, err
	}
	a, err := load(dir)
	if err != nil {
		return nil, err
	}
	return a, a.settle(w)
}

// open reads and verifies a folder: each line of the ledger, and, unless another
// command is at work or the folder cannot be written to, the network file and the
// key file against it.
func open(w world, dir string) (*authority, error) {
	a, err := load(dir)
	if err != nil {
		return nil, err
	}
	if w.locks.lock(dir) != nil {
		return a, nil // the ledger alone says what is; a copy on a read-only medium can be looked at
	}
	if a, err = load(dir); err != nil {
		return nil, err
	}
	return a, a.settle(w)
}
