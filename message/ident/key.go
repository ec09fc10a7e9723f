package ident

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
)

// SignKey is an Ed25519 public key. It says who signed.
type SignKey [32]byte

// BoxKey is an X25519 public key. With the other side's private key it makes
// the secret that only the two share.
type BoxKey [32]byte

// OperatorID names an operator: the first 8 bytes of SHA-256(label || root
// key) of its first root key. It keeps networks apart, it guards nothing: what
// guards is the root key's signature.
type OperatorID [8]byte

// OperatorOf returns the id of the operator whose first root key is root.
func OperatorOf(root SignKey) OperatorID {
	sum := digest(LabelOperator, root[:])
	return OperatorID(sum[:8])
}

// String returns the id as 16 hexadecimal digits.
func (id OperatorID) String() string { return hex.EncodeToString(id[:]) }

// String returns the short form of the key for people: 40 bits of its hash as
// eight letters and digits, "ABCD-2345". It tells keys apart on a screen; who
// must be sure compares whole keys.
func (k SignKey) String() string { return shortForm(LabelSignKey, k[:]) }

// String returns the short form of the key for people. The same bytes as a
// SignKey have another.
func (k BoxKey) String() string { return shortForm(LabelBoxKey, k[:]) }

func shortForm(label string, key []byte) string {
	sum := digest(label, key)
	s := base32.StdEncoding.EncodeToString(sum[:5])
	return s[:4] + "-" + s[4:]
}

func digest(label string, data []byte) [32]byte {
	return sha256.Sum256(append([]byte(label), data...))
}

// Verifier checks signatures. It is a value that callers hand in, so that a
// simulation may remember verdicts and a node may count them.
type Verifier interface {
	// Verify reports whether signature is key's Ed25519 signature of message.
	Verify(key SignKey, message, signature []byte) bool
}

// Ed25519 is the Verifier that computes.
type Ed25519 struct{}

// Verify implements Verifier. A signature of any length but 64 is refused, and
// so is one whose scalar is not reduced: nobody on the way can turn a valid
// signature into a second one.
func (Ed25519) Verify(key SignKey, message, signature []byte) bool {
	return len(signature) == ed25519.SignatureSize && ed25519.Verify(key[:], message, signature)
}
