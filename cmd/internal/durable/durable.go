// Package durable replaces files in a way that survives power loss: a reader
// finds the old file or the new one, whole, at every moment.
package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/blackstart-mesh/blackstart/store/erase"
)

// WriteFile writes data to a temporary file beside name, makes it durable and
// renames it over name. The folder must exist. What it wrote is overwritten where
// that fails: it may be a key.
func WriteFile(name string, data []byte, perm fs.FileMode) error {
	_, err := replace(name, perm, erase.File, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	return err
}

// Write is WriteFile for what is too long to be in memory, and no secret as it
// stands in the file. It returns how long the file is.
func Write(name string, perm fs.FileMode, write func(io.Writer) error) (size int64, err error) {
	return replace(name, perm, os.Remove, write)
}

func replace(name string, perm fs.FileMode, discard func(string) error, write func(io.Writer) error) (size int64, err error) {
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, prefix(name)+"*")
	if err != nil {
		return 0, err
	}
	if err = f.Chmod(perm); errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	if err == nil {
		err = write(f)
	}
	if err == nil {
		err = f.Sync()
	}
	if info, statErr := f.Stat(); statErr == nil {
		size = info.Size()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		err = fmt.Errorf("write %s: %w", name, err)
	} else {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		if gone := discard(f.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return 0, err
	}
	return size, erase.SyncDir(dir)
}

// prefix is how the temporary files of a name begin.
func prefix(name string) string { return ".tmp-" + filepath.Base(name) + "-" }

// Leftovers returns what power cuts within writings of this name left beside it. A
// writing that goes on is among them: let there be none.
func Leftovers(name string) ([]string, error) {
	found, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	var left []string
	for _, e := range found {
		if strings.HasPrefix(e.Name(), prefix(name)) {
			left = append(left, filepath.Join(filepath.Dir(name), e.Name()))
		}
	}
	return left, nil
}
