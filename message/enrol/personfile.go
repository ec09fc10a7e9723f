package enrol

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// ErrPIN reports a PIN that does not open a person's file.
var ErrPIN = errors.New("wrong PIN")

// PersonFile is a person's credential and private key under a PIN: what is
// carried from device to device.
//
// Encoding: version 1 | argon2id passes 4, memory in KiB 4, lanes 1 | salt 16 |
// nonce 24 | credential (length 2, bytes) | sealed seed 64 + 16. The credential
// stands in the open, so that a device can say whose file it is before it asks
// for the PIN; it is authenticated with the rest of the head.
//
// XChaCha20-Poly1305 is safe here: salt and nonce are drawn for each file, which
// is written once. A PIN of digits is short: who has the file tries them all, as
// fast as argon2id lets him (3 passes over 64 MiB: a second for ten or so on a
// laptop, eight digits in months), so a lost file is a reason to withdraw the
// credential.
type PersonFile struct {
	Credential *ident.Credential
	head       []byte // all before the sealed seed
	sealed     []byte
}

const (
	personVersion = 1
	personPasses  = 3
	personMemory  = 64 << 10 // KiB
	personLanes   = 4
	personSalt    = 1 + 4 + 4 + 1
	personNonce   = personSalt + 16
	personFixed   = personNonce + chacha20poly1305.NonceSizeX
	personSealed  = ident.SeedSize + chacha20poly1305.Overhead

	// Bounds on what a file may demand of a device.
	maxPersonPasses = 16
	maxPersonMemory = 256 << 10
	maxPersonText   = 4 << 10
)

// NewPersonFile seals a person's key under a PIN.
func NewPersonFile(credential *ident.Credential, private *ident.Private, pin []byte, entropy io.Reader) (*PersonFile, error) {
	head := make([]byte, personFixed)
	head[0] = personVersion
	binary.BigEndian.PutUint32(head[1:], personPasses)
	binary.BigEndian.PutUint32(head[5:], personMemory)
	head[9] = personLanes
	if _, err := io.ReadFull(entropy, head[personSalt:]); err != nil {
		return nil, fmt.Errorf("draw a salt: %w", err)
	}
	f := &PersonFile{Credential: credential, head: appendBlock(head, credential.Encode())}
	aead, err := f.cipher(pin)
	if err != nil {
		return nil, err
	}
	seed := private.Seed()
	f.sealed = aead.Seal(nil, f.head[personNonce:personFixed], seed, f.head)
	clear(seed)
	return f, nil
}

// Text returns the armoured form, which is what is kept in a file.
func (f *PersonFile) Text() []byte {
	return armour(kindPerson, append(append([]byte(nil), f.head...), f.sealed...))
}

// ParsePersonFile reads the armoured form. It checks no signature.
func ParsePersonFile(text []byte) (*PersonFile, error) {
	b, err := dearmour(kindPerson, text, maxPersonText)
	if err != nil {
		return nil, fmt.Errorf("person's file: %w", err)
	}
	c := &cursor{rest: b}
	c.version(personVersion)
	c.take(personFixed - 1)
	f := &PersonFile{}
	f.Credential, err = ident.DecodeCredential(c.take(c.u16()))
	c.foreign(err, "credential")
	f.head = append([]byte(nil), b[:len(b)-len(c.rest)]...)
	f.sealed = append([]byte(nil), c.take(personSealed)...)
	if err := c.end(); err != nil {
		return nil, fmt.Errorf("person's file: %w", err)
	}
	if passes, memory := f.cost(); passes == 0 || passes > maxPersonPasses || memory == 0 || memory > maxPersonMemory || f.head[9] == 0 {
		return nil, fmt.Errorf("person's file: %w: it demands %d passes over %d KiB", ErrNotCanonical, passes, memory)
	}
	return f, nil
}

func (f *PersonFile) cost() (passes, memory uint32) {
	return binary.BigEndian.Uint32(f.head[1:]), binary.BigEndian.Uint32(f.head[5:])
}

func (f *PersonFile) cipher(pin []byte) (cipher.AEAD, error) {
	passes, memory := f.cost()
	key := argon2.IDKey(pin, f.head[personSalt:personNonce], passes, memory, f.head[9], chacha20poly1305.KeySize)
	defer clear(key)
	return chacha20poly1305.NewX(key)
}

// Open returns the person's private key, of which only the signing half is used.
// The errors are ErrPIN, and ErrMalformed for a key that is not the credential's.
func (f *PersonFile) Open(pin []byte) (*ident.Private, error) {
	aead, err := f.cipher(pin)
	if err != nil {
		return nil, err
	}
	seed, err := aead.Open(nil, f.head[personNonce:personFixed], f.sealed, f.head)
	if err != nil {
		return nil, fmt.Errorf("file of %s: %w", f.Credential.Name, ErrPIN)
	}
	private, err := ident.ParsePrivate(seed)
	clear(seed)
	if err != nil {
		return nil, err
	}
	if private.SignKey() != f.Credential.Key {
		return nil, fmt.Errorf("file of %s: %w: another key than the credential's", f.Credential.Name, ErrMalformed)
	}
	return private, nil
}
