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
	if err := replaceable(name); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(dir, prefix(name)+"*")
	if err != nil {
		return 0, about(name, err)
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
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		err = about(name, err)
		if gone := discard(f.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return 0, err
	}
	return size, erase.SyncDir(dir)
}

// replaceable refuses to put a file in the place of what is none: a folder, or a
// device, which a user with all rights would take from everybody.
func replaceable(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil: // it is not there, or writing will say what is wrong
		return nil
	case info.IsDir():
		return fmt.Errorf("%s: is a folder, not a file", name)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: is a device or a pipe, not a file", name)
	}
	return nil
}

// about tells of the file that was meant, not of the temporary one.
func about(name string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok && strings.Contains(p.Path, prefix(name)) {
		err = p.Err
	} else if l, ok := errors.AsType[*os.LinkError](err); ok {
		err = l.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write %s: folder %s: %w", name, filepath.Dir(name), err)
	}
	return fmt.Errorf("write %s: %w", name, err)
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
