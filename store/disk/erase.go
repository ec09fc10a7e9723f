package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/store/erase"
)

// Erase overwrites and removes the keys of a store's tables, without which nothing
// in it can be decrypted, even with the store's key. It takes no lock: it is for
// the moment in which a node has to be unreadable, and works while another process
// has the store open. The error is fs.ErrNotExist where there are none.
func Erase(dir string) error {
	return erase.File(filepath.Join(dir, databaseDir, "KEYREGISTRY"))
}

// Remove deletes a store's folder. The error wraps ErrLocked while a process has
// the store open.
func Remove(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	held, err := lock(dir)
	if err != nil {
		return err
	}
	err = errors.Join(os.RemoveAll(filepath.Join(dir, databaseDir)), held.Close())
	if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
		return fmt.Errorf("cannot delete the store %s: %w", dir, err)
	}
	return nil
}
