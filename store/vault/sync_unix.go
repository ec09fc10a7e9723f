//go:build !windows

package vault

import (
	"errors"
	"os"
	"path/filepath"
)

// syncDirOf makes a file's name durable.
func syncDirOf(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
