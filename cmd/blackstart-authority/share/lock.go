package share

import (
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// A share may be kept under its keeper's passphrase: ChaCha20-Poly1305 under a key
// from argon2id, with a nonce of zeros, over the value, and the share up to it as
// additional data. That is safe here: the salt is drawn for each share, so each key
// seals one value and no nonce repeats. It guards a share that is found or copied; it
// does not turn a short passphrase into a long one.

// lock is argon2id passes 4, memory in KiB 4, lanes 1, salt 16.
type lock [lockSize]byte

const (
	lockSize = 4 + 4 + 1 + 16
	lockTag  = chacha20poly1305.Overhead

	// Bounds on what a share may demand of this machine.
	maxPasses = 16
	maxMemory = 1 << 20 // KiB
)

// Cost is what argon2id is made to cost: passes over so many KiB, with 4 lanes.
type Cost struct{ Passes, Memory uint32 }

// Locked reports whether the value is under a passphrase.
func (s *Share) Locked() bool { return s.lock != nil }

func (l *lock) cost() Cost {
	return Cost{binary.BigEndian.Uint32(l[:]), binary.BigEndian.Uint32(l[4:])}
}

func (l *lock) cipher(passphrase []byte) (cipher.AEAD, error) {
	c := l.cost()
	key := argon2.IDKey(passphrase, l[9:], c.Passes, c.Memory, l[8], chacha20poly1305.KeySize)
	defer clear(key)
	return chacha20poly1305.New(key)
}

// checkLock refuses a lock that demands nothing or too much.
func (s *Share) checkLock() error {
	if s.lock == nil {
		return nil
	}
	if c := s.lock.cost(); c.Passes == 0 || c.Passes > maxPasses || c.Memory == 0 || c.Memory > maxMemory || s.lock[8] == 0 {
		return fmt.Errorf("%w: it demands %d passes over %d KiB", ErrDamaged, c.Passes, c.Memory)
	}
	return nil
}

// bound is what the tag of a locked value covers beside it.
func (s *Share) bound() []byte {
	return append(slices.Concat([]byte{version}, s.Set[:], []byte{byte(s.Threshold), byte(s.Count), byte(s.Number), kindLocked}), s.lock[:]...)
}

// Lock returns the share with its value under a passphrase.
func (s *Share) Lock(passphrase []byte, cost Cost, entropy io.Reader) (*Share, error) {
	sealed := *s
	sealed.lock = new(lock)
	binary.BigEndian.PutUint32(sealed.lock[:], cost.Passes)
	binary.BigEndian.PutUint32(sealed.lock[4:], cost.Memory)
	sealed.lock[8] = 4
	if _, err := io.ReadFull(entropy, sealed.lock[9:]); err != nil {
		return nil, fmt.Errorf("draw a salt: %w", err)
	}
	aead, err := sealed.lock.cipher(passphrase)
	if err != nil {
		return nil, err
	}
	sealed.value = aead.Seal(nil, make([]byte, aead.NonceSize()), s.value, sealed.bound())
	return &sealed, nil
}

// Unlock returns the share with its value in the open. The error is ErrPassphrase.
func (s *Share) Unlock(passphrase []byte) (*Share, error) {
	if s.lock == nil {
		return s, nil
	}
	aead, err := s.lock.cipher(passphrase)
	if err != nil {
		return nil, err
	}
	value, err := aead.Open(nil, make([]byte, aead.NonceSize()), s.value, s.bound())
	if err != nil {
		return nil, fmt.Errorf("%w: share %d", ErrPassphrase, s.Number)
	}
	open := *s
	open.lock, open.value = nil, value
	return &open, nil
}
