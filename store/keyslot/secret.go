package keyslot

import (
	"fmt"
	"os"
	"runtime/debug"

	"golang.org/x/crypto/argon2"
)

// The parameters of argon2id for new slots: OWASP's second choice of 2023, the
// largest that a gateway with 64 MB to spare can afford for the moment of
// starting. They stand in the slot, so that they can be raised later.
const (
	argonTime    = 2
	argonThreads = 1
	argonMemory  = 19 << 10 // KiB
)

// minKeyFile is the least a key file holds, in bytes. It has to be random: it
// goes through HKDF and not through a slow function.
const minKeyFile = 32

// maxKeyFile bounds what is read of a path that was mistyped.
const maxKeyFile = 4 << 10

// Secret is what wraps a slot: the result of Passphrase or KeyFile.
type Secret struct {
	kind       Kind
	passphrase string
	path       string
}

// Passphrase wraps a slot by a passphrase, exactly as given.
func Passphrase(p string) Secret { return Secret{kind: ByPassphrase, passphrase: p} }

// KeyFile wraps a slot by the contents of a file of at least 32 random bytes.
func KeyFile(path string) Secret { return Secret{kind: ByKeyFile, path: path} }

// String keeps a passphrase out of logs.
func (s Secret) String() string { return s.kind.String() }

// GoString keeps a passphrase out of %#v.
func (s Secret) GoString() string { return "keyslot.Secret(" + s.kind.String() + ")" }

// prepare fills in the parameters of a new slot.
func (s Secret) prepare(slot *Slot) error {
	slot.Kind = s.kind
	switch {
	case s.kind == ByPassphrase && s.passphrase == "":
		return fmt.Errorf("the passphrase is empty")
	case s.kind == ByPassphrase:
		slot.Time, slot.Threads, slot.Memory = argonTime, argonThreads, argonMemory
	case s.kind != ByKeyFile:
		return errNoSecret
	}
	return nil
}

// wrapping returns the key that wraps a slot's master key.
func (s Secret) wrapping(slot *Slot) (key [32]byte, err error) {
	if s.kind != ByPassphrase && s.kind != ByKeyFile {
		return key, errNoSecret
	}
	if s.kind != slot.Kind {
		return key, fmt.Errorf("%w: by %s, not by %s", ErrKind, slot.Kind, s.kind)
	}
	if s.kind == ByPassphrase {
		copy(key[:], argon2.IDKey([]byte(s.passphrase), slot.Salt[:], uint32(slot.Time), slot.Memory, slot.Threads, uint32(len(key))))
		debug.FreeOSMemory() // the memory is needed once; a small gateway wants it back now
		return key, nil
	}
	data, err := s.keyFile()
	if err != nil {
		return key, err
	}
	return expand(data, slot.Salt[:], "blackstart key slot by key file"), nil
}

func (s Secret) keyFile() ([]byte, error) {
	info, err := os.Stat(s.path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the key file: %w", err)
	}
	if info.Size() > maxKeyFile {
		return nil, fmt.Errorf("key file %s has %d bytes, at most %d", s.path, info.Size(), maxKeyFile)
	}
	data, err := os.ReadFile(s.path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the key file: %w", err)
	}
	if len(data) < minKeyFile {
		return nil, fmt.Errorf("key file %s has %d bytes, want %d random ones at least", s.path, len(data), minKeyFile)
	}
	return data, nil
}

// wrong is the error for a secret that does not open a sound slot.
func (s Secret) wrong() error {
	if s.kind == ByKeyFile {
		return fmt.Errorf("%w: %s", ErrKeyFile, s.path)
	}
	return ErrPassphrase
}
