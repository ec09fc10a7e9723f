// Package keyslot keeps the key of a store: 32 random bytes, wrapped in a
// small file of their own under a passphrase, a key file, or what a key command
// puts out. docs/spec/atrest.md has the bytes.
//
// The file is apart from the store so that it can be overwritten: Erase makes
// the store unreadable at once, while a database would keep old pages. Changing
// the secret rewrites the slot and not the store.
//
// What overwriting is worth depends on what lies below. A file system that
// writes in place, on a magnetic disk, keeps nothing. A flash disk writes
// elsewhere and erases the old block later, where until then only its maker's
// tools, or who unsolders it, can read it; a file system that copies on write
// (btrfs, ZFS, APFS), or a snapshot, keeps the old block for as long as it
// likes. What is kept is a slot under the old secret: who changes a passphrase
// because it became known, on such a disk, has to make the node anew.
//
// A key file protects nothing when it lies beside the slot on the same disk:
// whoever has the disk has both. It is for a stick that is taken away. A key
// command is for keys that the machine hands out: a TPM, or the service manager.
package keyslot

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

type slotError string

func (e slotError) Error() string { return string(e) }

// The ways in which a slot does not open, for errors.Is.
const (
	// ErrPassphrase: the slot is sound, the passphrase is another.
	ErrPassphrase = slotError("wrong passphrase")
	// ErrKeyFile: the slot is sound, the key file is another.
	ErrKeyFile = slotError("wrong key file")
	// ErrKeyCommand: the slot is sound, the key command puts out another key.
	ErrKeyCommand = slotError("the key command gave another key")
	// ErrCorrupt: the file is not a slot, or no longer.
	ErrCorrupt = slotError("key slot is damaged")
	// ErrVersion: a newer program wrote the slot.
	ErrVersion = slotError("key slot has a newer format")
	// ErrKind: the slot is wrapped by a secret of another kind than was given.
	ErrKind = slotError("key slot is opened in another way")
)

// Kind says what a slot is wrapped by.
type Kind uint8

const (
	ByPassphrase Kind = 1 // argon2id
	ByKeyFile    Kind = 2 // HKDF of at least 32 random bytes of a file
	ByCommand    Kind = 3 // HKDF of at least 32 random bytes that a command puts out
)

// String names the kind as users read it.
func (k Kind) String() string {
	switch k {
	case ByPassphrase:
		return "a passphrase"
	case ByKeyFile:
		return "a key file"
	case ByCommand:
		return "a key command"
	}
	return "an unknown kind"
}

// Slot is the content of a key-slot file, 114 bytes:
//
//	magic "blackstart key" 14 | version 1 | kind 1 | time 1 | threads 1 | memory in KiB 4 |
//	salt 32 | nonce 12 | sealed master key 32 + 16
//
// Numbers are big-endian. Time, threads and memory are argon2id's and zero for
// the other kinds.
type Slot struct {
	Kind    Kind
	Time    uint8
	Threads uint8
	Memory  uint32 // KiB
	Salt    [32]byte
	Nonce   [12]byte
	Sealed  [48]byte
}

// Size is the length of a key-slot file in bytes.
const Size = 114

const (
	magic      = "blackstart key"
	version    = 1
	headerSize = len(magic) + 8 + 32 + 12
)

// Bounds of the parameters: what a forged slot may cost the node that opens it.
const (
	maxTime    = 16
	maxThreads = 4
	minMemory  = 8 << 10
	maxMemory  = 256 << 10
)

// Encode returns the only form of a slot.
func (s *Slot) Encode() []byte {
	b := append(make([]byte, 0, Size), magic...)
	b = append(b, version, byte(s.Kind), s.Time, s.Threads)
	b = binary.BigEndian.AppendUint32(b, s.Memory)
	b = append(b, s.Salt[:]...)
	b = append(b, s.Nonce[:]...)
	return append(b, s.Sealed[:]...)
}

// DecodeSlot reads a slot. Errors: ErrVersion and ErrCorrupt.
func DecodeSlot(data []byte) (*Slot, error) {
	if len(data) < len(magic)+1 || string(data[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it begins with %.14q", ErrCorrupt, data)
	}
	rest := data[len(magic):]
	if rest[0] > version {
		return nil, fmt.Errorf("%w: %d, this program knows %d; install the newer program", ErrVersion, rest[0], version)
	}
	if rest[0] != version || len(data) != Size {
		return nil, fmt.Errorf("%w: version %d with %d bytes, want %d", ErrCorrupt, rest[0], len(data), Size)
	}
	s := &Slot{Kind: Kind(rest[1]), Time: rest[2], Threads: rest[3], Memory: binary.BigEndian.Uint32(rest[4:])}
	rest = rest[8:]
	rest = rest[copy(s.Salt[:], rest):]
	rest = rest[copy(s.Nonce[:], rest):]
	copy(s.Sealed[:], rest)
	return s, s.check()
}

func (s *Slot) check() error {
	switch {
	case (s.Kind == ByKeyFile || s.Kind == ByCommand) && s.Time == 0 && s.Threads == 0 && s.Memory == 0:
		return nil
	case s.Kind == ByPassphrase && s.Time >= 1 && s.Time <= maxTime && s.Threads >= 1 && s.Threads <= maxThreads &&
		s.Memory >= minMemory && s.Memory <= maxMemory:
		return nil
	}
	return fmt.Errorf("%w: kind %d with time %d, threads %d, memory %d KiB", ErrCorrupt, s.Kind, s.Time, s.Threads, s.Memory)
}

// Wrap makes a slot for a key under a secret: what lies in a key-slot file, or at
// the head of a backup.
func Wrap(secret Secret, key [32]byte) (*Slot, error) { return wrap(secret, &key) }

// wrap takes the key by its address: a guess at a passphrase takes a while, and a
// crash dump shows the first bytes of an array that a function on the stack was
// given. Wrap is inlined, and so is not in it.
func wrap(secret Secret, key *[32]byte) (*Slot, error) {
	s := &Slot{}
	if err := secret.prepare(s); err != nil {
		return nil, err
	}
	_, _ = rand.Read(s.Salt[:]) // never fails, or ends the program
	_, _ = rand.Read(s.Nonce[:])
	wrapping, err := secret.wrapping(s)
	if err != nil {
		return nil, err
	}
	s.seal(&wrapping, key)
	return s, nil
}

// Unwrap returns the key of a slot. Errors wrap ErrPassphrase, ErrKeyFile,
// ErrKeyCommand or ErrKind. A changed bit in the sealed part looks like a wrong
// secret; nothing can tell the two apart.
func (s *Slot) Unwrap(secret Secret) (key [32]byte, err error) {
	wrap, err := secret.wrapping(s)
	if err != nil {
		return key, err
	}
	key, ok := s.open(&wrap)
	if !ok {
		return key, secret.wrong()
	}
	return key, nil
}

// seal wraps the master key. AES-256-GCM is safe here with any nonce: the
// wrapping key comes from a fresh 32-byte salt and seals this one message. All
// that stands before the sealed key is authenticated with it.
func (s *Slot) seal(wrap, master *[32]byte) {
	copy(s.Sealed[:], s.aead(wrap).Seal(nil, s.Nonce[:], master[:], s.Encode()[:headerSize]))
}

// open unwraps the master key, if the wrapping key is right and no bit of the
// slot was changed.
func (s *Slot) open(wrap *[32]byte) (master [32]byte, ok bool) {
	plain, err := s.aead(wrap).Open(nil, s.Nonce[:], s.Sealed[:], s.Encode()[:headerSize])
	if err != nil {
		return master, false
	}
	copy(master[:], plain)
	return master, true
}

func (s *Slot) aead(wrap *[32]byte) cipher.AEAD {
	block, err := aes.NewCipher(wrap[:])
	if err == nil {
		var a cipher.AEAD
		if a, err = cipher.NewGCM(block); err == nil {
			return a
		}
	}
	panic("internal error: AES-256-GCM: " + err.Error())
}

// Derive returns the key for one use of a master key. HKDF with a label of its
// own per use is safe here because the master key is uniformly random.
func Derive(master [32]byte, label string) [32]byte {
	return expand(master[:], nil, "blackstart master key, "+label)
}

func expand(secret, salt []byte, info string) (out [32]byte) {
	k, err := hkdf.Key(sha256.New, secret, salt, info, len(out))
	if err != nil {
		panic("internal error: HKDF: " + err.Error())
	}
	copy(out[:], k)
	return out
}

var errNoSecret = errors.New("no passphrase, no key file and no key command given")
