package ident

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"fmt"
	"io"
	"slices"
)

// SeedSize is the length of the seed from which a device's keys are made: 32
// bytes for Ed25519, then 32 bytes for X25519.
const SeedSize = 64

// Private holds a device's two private keys. It can be neither compared nor
// printed: every format verb gives its public short form, and where fmt cannot
// call methods, in a field that is not exported, it prints the address of a
// function. The zero value is no key; using it panics.
type Private struct {
	_    [0]func() // not comparable: == on keys leaks by time and is never meant
	keys func() *privateKeys
}

type privateKeys struct {
	seed [SeedSize]byte
	sign ed25519.PrivateKey
	box  *ecdh.PrivateKey
}

// NewPrivate draws exactly SeedSize bytes from entropy and makes the keys from
// them. The same bytes make the same keys. (The generators of crypto/ed25519
// and crypto/ecdh may ignore the reader that they are given, so bytes are drawn
// here and keys built from them.)
//
// Safe here because the two halves are drawn independently: neither key says
// anything about the other.
func NewPrivate(entropy io.Reader) (*Private, error) {
	var seed [SeedSize]byte
	if _, err := io.ReadFull(entropy, seed[:]); err != nil {
		return nil, fmt.Errorf("draw %d bytes for a private key: %w", SeedSize, err)
	}
	return ParsePrivate(seed[:])
}

// ParsePrivate makes the keys from a seed of SeedSize bytes. Every seed of that
// length is a pair of keys; another length is refused.
func ParsePrivate(seed []byte) (*Private, error) {
	if len(seed) != SeedSize {
		return nil, fmt.Errorf("%w: private key of %d bytes, want %d", lengthClass(len(seed), SeedSize), len(seed), SeedSize)
	}
	box, err := ecdh.X25519().NewPrivateKey(seed[32:])
	if err != nil {
		return nil, fmt.Errorf("make X25519 key: %w", err)
	}
	keys := &privateKeys{
		seed: [SeedSize]byte(seed),
		sign: ed25519.NewKeyFromSeed(seed[:32]),
		box:  box,
	}
	return &Private{keys: func() *privateKeys { return keys }}, nil
}

func lengthClass(have, want int) error {
	if have < want {
		return ErrTruncated
	}
	return ErrOversized
}

// Seed returns a copy of the seed, for keeping it. It is the private key.
func (p *Private) Seed() []byte {
	seed := p.keys().seed
	return seed[:]
}

// SignKey returns the public key that checks what Sign signs.
func (p *Private) SignKey() SignKey { return SignKey(p.keys().sign[32:]) }

// BoxKey returns the public key with which others reach Shared's secret.
func (p *Private) BoxKey() BoxKey { return BoxKey(p.keys().box.PublicKey().Bytes()) }

// Sign signs a message. The caller puts a label in front (SignedBytes of the
// certificate and the bundle do), so that a signature made for one purpose is
// void for every other.
func (p *Private) Sign(message []byte) [64]byte {
	return [64]byte(ed25519.Sign(p.keys().sign, message))
}

// Shared returns the X25519 secret between this device and the owner of peer.
// It is raw: derive from it before use. Points of small order, which would
// make a secret that everybody knows, are refused.
func (p *Private) Shared(peer BoxKey) ([32]byte, error) {
	public, err := ecdh.X25519().NewPublicKey(peer[:])
	if err != nil {
		return [32]byte{}, fmt.Errorf("box key %v: %w", peer, err)
	}
	secret, err := p.keys().box.ECDH(public)
	if err != nil {
		return [32]byte{}, fmt.Errorf("box key %v: %w", peer, err)
	}
	return [32]byte(secret), nil
}

// Ed25519 returns the signing key for a protocol that signs by itself (the
// handshake of libp2p). Such a protocol must put its own label in front of what
// it signs, and it must not begin as ours do.
func (p *Private) Ed25519() ed25519.PrivateKey {
	return slices.Clone(p.keys().sign)
}

// String returns "private key of" and the public short form.
func (p Private) String() string {
	if p.keys == nil {
		return "no private key"
	}
	return "private key of " + p.SignKey().String()
}

// GoString returns what String returns.
func (p Private) GoString() string { return p.String() }

// Format prints what String returns for every verb and flag.
func (p Private) Format(s fmt.State, _ rune) { io.WriteString(s, p.String()) }
