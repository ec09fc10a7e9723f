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

// MinKey is the least that a key file holds or a key command puts out, in bytes.
// They have to be random: they go through HKDF and not through a slow function.
const MinKey = 32

// MaxKey bounds, in bytes, what is read of a path that was mistyped or of a
// command that does something else.
const MaxKey = 4 << 10

// Secret is what wraps a slot: the result of Passphrase, KeyFile or
// CommandOutput.
type Secret struct {
	kind       Kind
	passphrase string
	name       string // the path of a key file, or the command
	output     []byte
}

// Passphrase wraps a slot by a passphrase, exactly as given.
func Passphrase(p string) Secret { return Secret{kind: ByPassphrase, passphrase: p} }

// KeyFile wraps a slot by the contents of a file of at least 32 random bytes.
func KeyFile(path string) Secret { return Secret{kind: ByKeyFile, name: path} }

// CommandOutput wraps a slot by what a key command put out, byte for byte: MinKey
// to MaxKey bytes, which are kept. Command names it in errors. HKDF is safe here
// as with a key file: a command hands out a random key, not a word.
func CommandOutput(command string, output []byte) Secret {
	return Secret{kind: ByCommand, name: command, output: output}
}

// Kind says what the secret is; 0 for the zero Secret.
func (s Secret) Kind() Kind { return s.kind }

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
	case s.kind != ByKeyFile && s.kind != ByCommand:
		return errNoSecret
	}
	return nil
}

// wrapping returns the key that wraps a slot's master key.
func (s Secret) wrapping(slot *Slot) (key [32]byte, err error) {
	if s.kind == 0 {
		return key, errNoSecret
	}
	if s.kind != slot.Kind {
		return key, fmt.Errorf("%w: by %s, not by %s", ErrKind, slot.Kind, s.kind)
	}
	switch s.kind {
	case ByPassphrase:
		copy(key[:], argon2.IDKey([]byte(s.passphrase), slot.Salt[:], uint32(slot.Time), slot.Memory, slot.Threads, uint32(len(key))))
		debug.FreeOSMemory() // the memory is needed once; a small gateway wants it back now
		return key, nil
	case ByCommand:
		return expand(s.output, slot.Salt[:], labelCommand), checkLength("the output of key command "+s.name, len(s.output))
	}
	data, err := s.keyFile()
	if err != nil {
		return key, err
	}
	return expand(data, slot.Salt[:], labelKeyFile), nil
}

// The kinds have labels of their own: the same bytes in a file and from a command
// are two secrets.
const (
	labelKeyFile = "blackstart key slot by key file"
	labelCommand = "blackstart key slot by key command"
)

func checkLength(what string, n int) error {
	switch {
	case n < MinKey:
		return fmt.Errorf("%s has %d bytes, want %d random ones at least", what, n, MinKey)
	case n > MaxKey:
		return fmt.Errorf("%s has %d bytes, at most %d", what, n, MaxKey)
	}
	return nil
}

func (s Secret) keyFile() ([]byte, error) {
	info, err := os.Stat(s.name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the key file: %w", err)
	}
	if err := checkLength("key file "+s.name, int(min(info.Size(), MaxKey+1))); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(s.name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the key file: %w", err)
	}
	return data, checkLength("key file "+s.name, len(data))
}

// wrong is the error for a secret that does not open a sound slot.
func (s Secret) wrong() error {
	switch s.kind {
	case ByKeyFile:
		return fmt.Errorf("%w: %s", ErrKeyFile, s.name)
	case ByCommand:
		return fmt.Errorf("%w: %s", ErrKeyCommand, s.name)
	}
	return ErrPassphrase
}
