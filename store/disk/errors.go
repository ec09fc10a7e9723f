package disk

import (
	"errors"
	"strings"
	"syscall"
)

type diskError string

func (e diskError) Error() string { return string(e) }

// The ways in which opening or using a store fails, for errors.Is. Each comes
// in one line with the folder and what to do next. A full disk is
// store.ErrFull.
const (
	// ErrKey: the key is not the one that the store was made with.
	ErrKey = diskError("wrong key for this store")
	// ErrCorrupt: what lies there is not what was written.
	ErrCorrupt = diskError("the store is damaged")
	// ErrLocked: another process has the store open.
	ErrLocked = diskError("the store is in use")
	// ErrAbsent: there is no store.
	ErrAbsent = diskError("no store here")
	// ErrExists: Create found something in its place.
	ErrExists = diskError("the folder is not empty")
	// ErrVersion: a newer program wrote the store.
	ErrVersion = diskError("the store has a newer format")
	// ErrBroken: a write failed half-way or a read met damage. The store takes
	// no further commit; the process has to end, and the next one to open the
	// store finds every acknowledged commit and no half of another.
	ErrBroken = diskError("the store has failed and must be opened anew by a new process")
)

// noSpace reports whether an error of the system's or Badger's says that the
// disk is full. Badger turns causes into text, so the text is looked at too.
func noSpace(err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, syscall.ENOSPC) {
		return true
	}
	text := err.Error()
	for _, s := range noSpaceTexts {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// noSpaceTexts are what Linux and macOS, and what Windows says.
var noSpaceTexts = [...]string{"no space left on device", "disk quota exceeded", "not enough space on the disk"}
