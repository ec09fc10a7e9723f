package ident

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// PersonNumber is the compact name of a person within an operator's network,
// 1..65,535, never given out twice. It shares nothing with node numbers.
type PersonNumber uint16

// Credential says who a person is, whatever device is used: what rights and
// which role the shift on that device has, and which key answers for it.
type Credential struct {
	Operator  OperatorID
	Person    PersonNumber
	Name      string // 1..MaxName bytes, see CheckText
	Role      string // 0..MaxRole bytes: the duty, an address that survives hand-over
	Rights    Rights
	Key       SignKey   // the person's; its private half is in a file under a PIN, or in a token
	From      clock.Day // first day of validity
	Until     clock.Day // last day; the day after, people are warned
	Signature [64]byte  // the root key's, over SignedBytes
}

const (
	credentialVersion = 1
	credentialFixed   = 48 // bytes in front of the name's length

	// MinCredential and MaxCredential bound the size of an encoding in bytes.
	MinCredential = credentialFixed + 1 + 1 + 1 + signatureSize
	MaxCredential = credentialFixed + 1 + MaxName + 1 + MaxRole + signatureSize
)

// Check reports the first field that no credential can hold, or nil.
func (c *Credential) Check() error {
	if c.Person == 0 {
		return fmt.Errorf("%w: person number 0", ErrNotCanonical)
	}
	return checkGrant(c.Rights, c.From, c.Until, c.Name, c.Role)
}

// SignedBytes returns what the root key signs: a label and the encoding up to
// the signature. It panics where Check fails, and is safe for the reasons given
// at Certificate.SignedBytes; the label keeps the two kinds apart.
func (c *Credential) SignedBytes() []byte { return c.appendBody([]byte(LabelCredential)) }

// Verify reports whether c can be a credential and root signed it: nil,
// ErrNotCanonical or ErrBadSignature. It looks neither at the validity nor at
// the operator.
func (c *Credential) Verify(v Verifier, root SignKey) error {
	if err := c.Check(); err != nil {
		return err
	}
	if !v.Verify(root, c.SignedBytes(), c.Signature[:]) {
		return fmt.Errorf("%w: credential of person %d, root key %v", ErrBadSignature, c.Person, root)
	}
	return nil
}

// Encode returns the one encoding of c. It panics where Check fails.
func (c *Credential) Encode() []byte {
	return append(c.appendBody(make([]byte, 0, MaxCredential)), c.Signature[:]...)
}

func (c *Credential) appendBody(dst []byte) []byte {
	if err := c.Check(); err != nil {
		panic("ident: encoding an impossible credential: " + err.Error())
	}
	dst = append(dst, credentialVersion)
	dst = append(dst, c.Operator[:]...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.Person))
	dst = append(dst, byte(c.Rights))
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.From))
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.Until))
	dst = append(dst, c.Key[:]...)
	return appendText(appendText(dst, c.Name), c.Role)
}

// DecodeCredential reads one credential, which must fill b exactly and be in
// its canonical form. It does not check the signature. Errors are of the
// classes ErrTruncated, ErrOversized, ErrVersion and ErrNotCanonical.
func DecodeCredential(b []byte) (*Credential, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: empty credential", ErrTruncated)
	}
	if b[0] != credentialVersion {
		return nil, fmt.Errorf("%w: credential version %d", ErrVersion, b[0])
	}
	if len(b) < MinCredential {
		return nil, fmt.Errorf("%w: credential of %d bytes", ErrTruncated, len(b))
	}
	c := &Credential{
		Operator: OperatorID(b[1:9]),
		Person:   PersonNumber(binary.BigEndian.Uint16(b[9:])),
		Rights:   Rights(b[11]),
		From:     clock.Day(binary.BigEndian.Uint16(b[12:])),
		Until:    clock.Day(binary.BigEndian.Uint16(b[14:])),
		Key:      SignKey(b[16:48]),
	}
	var err error
	if c.Name, c.Role, c.Signature, err = cutTail(b[credentialFixed:]); err != nil {
		return nil, err
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return c, nil
}
