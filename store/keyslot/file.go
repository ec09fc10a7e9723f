package keyslot

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blackstart-mesh/blackstart/store/erase"
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
	slot, err := Wrap(secret, master)
	if err != nil {
		return master, err
	}
	if err = overwrite(path, slot.Encode(), os.O_CREATE|os.O_EXCL); err != nil {
		if !errors.Is(err, fs.ErrExist) {
			err = errors.Join(err, os.Remove(path))
		}
		return master, fmt.Errorf("cannot make key slot %s: %w", path, err)
	}
	return master, nil
}

// Inspect returns a slot without opening it, to tell people what it is wrapped
// by. Errors wrap ErrCorrupt, ErrVersion or fs.ErrNotExist.
func Inspect(path string) (*Slot, error) {
	data, err := readSlot(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read key slot: %w", err)
	}
	slot, err := DecodeSlot(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return slot, nil
}

// Open returns the master key of a slot. Errors are those of Inspect and of
// Slot.Unwrap. A change of the secret that a power cut interrupted is brought to
// its end, or taken back: see Rewrap.
func Open(path string, secret Secret) (master [32]byte, err error) {
	if next, ok := interrupted(path); ok {
		if master, err := next.Unwrap(secret); err == nil {
			return master, finish(path, next.Encode())
		}
	}
	slot, err := Inspect(path)
	if err != nil {
		return master, err
	}
	if master, err = slot.Unwrap(secret); err != nil {
		return master, fmt.Errorf("%s: %w", path, err)
	}
	// The secret is that of the slot, so a change did not come to its end; what
	// is left of it guards nothing. Where it cannot be erased (a disk that is
	// mounted read-only), the next one to open the slot does it.
	_ = erase.File(path + nextSuffix)
	return master, nil
}

// nextSuffix names the file in which a new slot waits for its place.
const nextSuffix = ".new"

// Rewrap replaces the secret of a slot and keeps its master key. The new slot is
// made durable beside the old one, and then overwrites it in place, so that the
// file system leaves no copy of the old slot where it has a choice; the package
// comment says what the disk may keep. A power cut at any moment leaves a slot
// that the old secret opens, or the new one, or the new one with the copy beside
// it; Open tidies up. When Rewrap returns nil, only the new secret opens it.
func Rewrap(path string, old, secret Secret) error {
	master, err := Open(path, old)
	if err != nil {
		return err
	}
	slot, err := Wrap(secret, master)
	if err != nil {
		return err
	}
	if err := overwrite(path+nextSuffix, slot.Encode(), os.O_CREATE); err != nil {
		return fmt.Errorf("cannot write key slot %s: %w", path, errors.Join(err, erase.File(path+nextSuffix)))
	}
	return finish(path, slot.Encode())
}

// finish puts a slot that is durable beside the old one in its place. The copy
// goes only once the place holds it.
func finish(path string, slot []byte) error {
	err := overwrite(path, slot, 0)
	if err == nil {
		err = erase.File(path + nextSuffix)
	}
	if err != nil {
		return fmt.Errorf("cannot write key slot %s: %w", path, err)
	}
	return nil
}

// interrupted returns the slot that waits beside another one and differs from it.
func interrupted(path string) (*Slot, bool) {
	next, err := readSlot(path + nextSuffix)
	if err != nil {
		return nil, false
	}
	slot, err := DecodeSlot(next)
	if err != nil {
		return nil, false // it never became whole, or is being erased
	}
	now, err := readSlot(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false // the slot was erased; nothing may bring it back
	}
	return slot, !bytes.Equal(now, next)
}

// Erase overwrites a slot with random bytes and removes it: without a copy of
// the slot, no secret opens the store any more. The package comment says what
// the disk may keep; the secret still guards that. The error is fs.ErrNotExist
// where there is no slot.
func Erase(path string) error {
	err := erase.File(path)
	if next := erase.File(path + nextSuffix); !errors.Is(next, fs.ErrNotExist) {
		err = errors.Join(err, next)
	}
	if err != nil {
		return fmt.Errorf("cannot erase key slot %s: %w", path, err)
	}
	return nil
}

// overwrite puts a slot's bytes into a file in place, and makes them durable.
func overwrite(path string, data []byte, how int) error {
	f, err := os.OpenFile(path, os.O_WRONLY|how, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, 0)
	if err == nil {
		err = f.Truncate(int64(len(data)))
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil || how == 0 {
		return err
	}
	return erase.SyncDir(filepath.Dir(path))
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
