package vault

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

type vaultError string

func (e vaultError) Error() string { return string(e) }

// The ways in which a vault is not read or written, for errors.Is.
const (
	// ErrDamaged: neither slot is what was written.
	ErrDamaged = vaultError("the vault is damaged")
	// ErrKey: the vault was written under another key.
	ErrKey = vaultError("wrong key for this vault")
	// ErrVersion: a newer program wrote the vault.
	ErrVersion = vaultError("the vault has a newer format")
	// ErrTooLarge: the state has more than MaxState bytes; nothing was written.
	ErrTooLarge = vaultError("the state is too large for the vault")
	// ErrExists: Create found something in its place.
	ErrExists = vaultError("there is a vault already")
)

// State is what a slot holds.
type State struct {
	Generation  uint64   // of this writing; each is one above the one before
	Incarnation [16]byte // drawn when the vault was made, and anew by Renew
	Renewed     uint32   // how often Renew was called
	Place       Place    // where the vault's file was when this was written
	Data        []byte   // the caller's, at most MaxState bytes
}

// Place tells one file from its copies, where the system can: see placeOf. The
// zero Place is not known.
type Place [16]byte

// Sizes in bytes.
const (
	// MaxState is the largest state.
	MaxState = 256 << 10
	// Step is what the length of a slot is a multiple of. It hides how long the
	// state is, and lets it grow.
	Step = 4 << 10
	// Span is the room of one slot: the second begins there.
	Span = 512 << 10

	magic      = "blackstart vault"
	version    = 1
	checkSize  = 16
	headSize   = len(magic) + 2 + 2 + checkSize + chacha20poly1305.NonceSizeX
	fixedState = 8 + 16 + 4 + 16 + 4
	overhead   = headSize + fixedState + chacha20poly1305.Overhead
)

// Labels of the keys that come from the vault's: one seals, the other is a
// check that tells a wrong key from damage and gives nothing away, being the
// output of HKDF over 256 random bits, apart from the first by its label.
const (
	labelSeal  = "blackstart vault seal v1"
	labelCheck = "blackstart vault check v1"
)

// sealer seals and opens slots under one key.
type sealer struct {
	aead  cipher.AEAD
	check [checkSize]byte
}

func newSealer(key [32]byte) *sealer {
	seal, err := hkdf.Key(sha256.New, key[:], nil, labelSeal, chacha20poly1305.KeySize)
	if err != nil {
		panic("internal error: HKDF: " + err.Error())
	}
	s := &sealer{}
	if s.aead, err = chacha20poly1305.NewX(seal); err != nil {
		panic("internal error: XChaCha20: " + err.Error())
	}
	check, err := hkdf.Key(sha256.New, key[:], nil, labelCheck, checkSize)
	if err != nil {
		panic("internal error: HKDF: " + err.Error())
	}
	copy(s.check[:], check)
	return s
}

// stepsFor returns how many steps a slot with a state of n bytes takes.
func stepsFor(n int) int { return (overhead + n + Step - 1) / Step }

// maxSteps is the longest slot.
const maxSteps = (overhead + MaxState + Step - 1) / Step

// encode returns a slot of so many steps, which have to be enough. XChaCha20-Poly1305
// is safe here: each writing draws a nonce of 192 bits, which do not repeat by
// chance, and all that stands before the sealed state is authenticated with it.
func (s *sealer) encode(st *State, steps int) []byte {
	b := make([]byte, 0, steps*Step)
	b = append(b, magic...)
	b = append(b, version, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(steps))
	b = append(b, s.check[:]...)
	b = b[:headSize]
	nonce := b[headSize-chacha20poly1305.NonceSizeX:]
	_, _ = rand.Read(nonce) // never fails, or ends the program
	plain := st.encode(steps*Step - headSize - chacha20poly1305.Overhead)
	b = s.aead.Seal(b, nonce, plain, b)
	clear(plain)
	return b
}

// encode returns the state's only form in n bytes: what is not filled is zero.
func (st *State) encode(n int) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, n), st.Generation)
	b = append(b, st.Incarnation[:]...)
	b = binary.BigEndian.AppendUint32(b, st.Renewed)
	b = append(b, st.Place[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(st.Data)))
	return append(b, st.Data...)[:n]
}

// decode reads a slot at the beginning of a span. Errors: ErrDamaged, ErrKey,
// ErrVersion. It allocates at most what a slot may hold.
func (s *sealer) decode(span []byte) (*State, error) {
	if len(span) < headSize || string(span[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: no slot begins here", ErrDamaged)
	}
	head := span[:headSize]
	rest := head[len(magic):]
	if rest[0] > version {
		return nil, fmt.Errorf("%w: %d, this program knows %d; install the newer program", ErrVersion, rest[0], version)
	}
	steps := int(binary.BigEndian.Uint16(rest[2:]))
	if rest[0] != version || rest[1] != 0 || steps < 1 || steps > maxSteps || len(span) < steps*Step {
		return nil, fmt.Errorf("%w: version %d with %d steps in %d bytes", ErrDamaged, rest[0], steps, len(span))
	}
	rest = rest[4:]
	if subtle.ConstantTimeCompare(rest[:checkSize], s.check[:]) != 1 {
		return nil, ErrKey
	}
	plain, err := s.aead.Open(nil, rest[checkSize:], span[headSize:steps*Step], head)
	if err != nil {
		return nil, fmt.Errorf("%w: a slot was changed", ErrDamaged)
	}
	return decodeState(plain)
}

// decodeState reads what a slot seals. What does not fit was sealed by a program
// that is not this one.
func decodeState(plain []byte) (*State, error) {
	if len(plain) < fixedState {
		return nil, fmt.Errorf("%w: a state of %d bytes", ErrDamaged, len(plain))
	}
	st := &State{Generation: binary.BigEndian.Uint64(plain)}
	rest := plain[8:]
	rest = rest[copy(st.Incarnation[:], rest):]
	st.Renewed = binary.BigEndian.Uint32(rest)
	rest = rest[4:]
	rest = rest[copy(st.Place[:], rest):]
	n := binary.BigEndian.Uint32(rest)
	rest = rest[4:]
	if n > MaxState || int(n) > len(rest) || len(bytes.Trim(rest[n:], "\x00")) > 0 {
		return nil, fmt.Errorf("%w: %d bytes of state in %d", ErrDamaged, n, len(rest))
	}
	st.Data = bytes.Clone(rest[:n])
	return st, nil
}
