package enrol

import (
	"bytes"
	"fmt"
	"io"

	"golang.org/x/crypto/curve25519"
	"golang.org/x/crypto/nacl/box"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// PackageKeySize is the length of a package key's private half.
const PackageKeySize = 32

// PackageKey is a one-time X25519 key. Its public half goes to the authority in a
// request, which seals to it what opens key blocks; the node erases the private
// half once it has taken that. Who records network files and takes the device later
// then has nothing that opens them. It does not print; the zero value is no key.
type PackageKey struct{ private func() [PackageKeySize]byte }

// NewPackageKey draws a package key: PackageKeySize bytes of entropy.
func NewPackageKey(entropy io.Reader) (*PackageKey, error) {
	var b [PackageKeySize]byte
	if _, err := io.ReadFull(entropy, b[:]); err != nil {
		return nil, fmt.Errorf("draw a package key: %w", err)
	}
	return ParsePackageKey(b[:])
}

// ParsePackageKey makes the key from its private half. Every string of
// PackageKeySize bytes is one; another length is ErrTruncated or ErrOversized.
func ParsePackageKey(b []byte) (*PackageKey, error) {
	switch {
	case len(b) < PackageKeySize:
		return nil, fmt.Errorf("package key: %w: %d bytes, want %d", ErrTruncated, len(b), PackageKeySize)
	case len(b) > PackageKeySize:
		return nil, fmt.Errorf("package key: %w: %d bytes, want %d", ErrOversized, len(b), PackageKeySize)
	}
	private := [PackageKeySize]byte(b)
	return &PackageKey{private: func() [PackageKeySize]byte { return private }}, nil
}

// Bytes returns the private half, for keeping it where it can be erased.
func (k *PackageKey) Bytes() []byte {
	private := k.private()
	return private[:]
}

// Public returns the public half.
func (k *PackageKey) Public() ident.BoxKey {
	private := k.private()
	public, err := curve25519.X25519(private[:], curve25519.Basepoint)
	if err != nil {
		panic(err) // only a point of low order fails, and this is the base point
	}
	return ident.BoxKey(public)
}

// String returns "package key": it does not print.
func (k PackageKey) String() string { return "package key" }

// Format prints what String returns for every verb and flag.
func (k PackageKey) Format(s fmt.State, _ rune) { io.WriteString(s, k.String()) }

// weak reports a public key of low order: sealing to it would give a known key, so
// that anybody could open what is sealed. Any scalar shows it; X25519 fails when the
// result is zero.
func weak(key ident.BoxKey) bool {
	var probe [32]byte
	probe[0] = 9
	_, err := curve25519.X25519(probe[:], key[:])
	return err != nil
}

// sealBox seals to a public key with NaCl's anonymous box: an ephemeral X25519 key
// for each box, its public half and the recipient's in the nonce.
//
// Nobody but the recipient opens it, and it says nothing of who made it; that is the
// root's signature's part. It is safe here because each box draws a fresh ephemeral
// key from entropy, so that the nonce never repeats, and because low-order keys were
// refused when the request was verified.
func sealBox(plain []byte, to ident.BoxKey, entropy io.Reader) ([]byte, error) {
	public := [32]byte(to)
	return box.SealAnonymous(nil, plain, &public, entropy)
}

// openBox opens what sealBox made.
func openBox(sealed []byte, public ident.BoxKey, secret [32]byte) ([]byte, bool) {
	p := [32]byte(public)
	plain, ok := box.OpenAnonymous(nil, sealed, &p, &secret)
	clear(secret[:])
	return plain, ok
}

// open opens one of the boxes that are sealed to this key.
func (k *PackageKey) open(boxes [][]byte) ([]byte, bool) {
	public := k.Public()
	for _, sealed := range boxes {
		if plain, ok := openBox(bytes.Clone(sealed), public, k.private()); ok {
			return plain, true
		}
	}
	return nil, false
}
