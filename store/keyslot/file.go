package keyslot

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Create makes a new master key and a slot for it at a path where nothing is.
func Create(path string, secret Secret) (master [32]byte, err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = fs.ErrExist
		}
		return master, fmt.Errorf("cannot make key slot %s: %w", path, err)
	}
	_, _ = rand.Read(master[:]) // never fails, or ends the program
	return master, write(path, secret, master)
}

// Open returns the master key of a slot. Errors wrap ErrPassphrase, ErrKeyFile,
// ErrKind, ErrCorrupt, ErrVersion or fs.ErrNotExist. A changed bit in the
// sealed part looks like a wrong secret; nothing can tell the two apart.
func Open(path string, secret Secret) (master [32]byte, err error) {
	data, err := readSlot(path)
	if err != nil {
		return master, fmt.Errorf("cannot read key slot: %w", err)
	}
	slot, err := DecodeSlot(data)
	if err != nil {
		return master, fmt.Errorf("%s: %w", path, err)
	}
	wrap, err := secret.wrapping(slot)
	if err != nil {
		return master, fmt.Errorf("%s: %w", path, err)
	}
	master, ok := slot.open(wrap)
	if !ok {
		return master, fmt.Errorf("%s: %w", path, secret.wrong())
	}
	return master, nil
}

// Rewrap replaces the secret of a slot and keeps its master key.
func Rewrap(path string, old, secret Secret) error {
	master, err := Open(path, old)
	if err != nil {
		return err
	}
	return write(path, secret, master)
}

// Erase overwrites a slot with random bytes and removes it: without a copy of
// the slot, no secret opens the store any more. A flash disk may keep the old
// block for some time where only its maker's tools can read it; the passphrase
// still guards that.
func Erase(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("cannot erase key slot: %w", err)
	}
	var noise [Size]byte
	_, _ = rand.Read(noise[:])
	_, err = f.WriteAt(noise[:], 0)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close(), os.Remove(path), syncDir(filepath.Dir(path))); err != nil {
		return fmt.Errorf("cannot erase key slot %s: %w", path, err)
	}
	return nil
}

// readSlot reads a little more than a slot, so that a longer file shows.
func readSlot(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, Size+1))
}

// write makes the slot durable under its name, whole or not at all: into a
// file beside it, which then takes its place.
func write(path string, secret Secret, master [32]byte) error {
	slot := &Slot{}
	if err := secret.prepare(slot); err != nil {
		return err
	}
	_, _ = rand.Read(slot.Salt[:])
	_, _ = rand.Read(slot.Nonce[:])
	wrap, err := secret.wrapping(slot)
	if err != nil {
		return err
	}
	slot.seal(wrap, master)
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("cannot write key slot: %w", err)
	}
	_, err = f.Write(slot.Encode())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		if err = os.Rename(f.Name(), path); err == nil {
			err = syncDir(dir)
		}
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("cannot write key slot %s: %w", path, err)
	}
	return nil
}

// syncDir makes the names in a folder durable. Windows does it on its own and
// cannot be asked.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
