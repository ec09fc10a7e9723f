package ident

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

const (
	certificateVersion = 2
	certificateFixed   = 97 // bytes in front of the name's length
	signatureSize      = 64

	// MinCertificate and MaxCertificate bound the size of an encoding in bytes.
	MinCertificate = certificateFixed + 1 + 1 + 1 + signatureSize
	MaxCertificate = certificateFixed + 1 + MaxName + 1 + MaxRole + signatureSize
)

// Encode returns the one encoding of c. It panics where Check fails: who fills
// a certificate from input checks it first.
func (c *Certificate) Encode() []byte {
	return append(c.appendBody(make([]byte, 0, MaxCertificate)), c.Signature[:]...)
}

func (c *Certificate) appendBody(dst []byte) []byte {
	if err := c.Check(); err != nil {
		panic("ident: encoding an impossible certificate: " + err.Error())
	}
	dst = append(dst, certificateVersion)
	dst = append(dst, c.Operator[:]...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.Number))
	dst = append(dst, byte(c.Rights), byte(c.Kind))
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.From))
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.Until))
	dst = append(dst, c.Groups[:]...)
	dst = append(dst, c.Sign[:]...)
	dst = append(dst, c.Box[:]...)
	return appendText(appendText(dst, c.Name), c.Role)
}

func appendText(dst []byte, text string) []byte {
	return append(append(dst, byte(len(text))), text...)
}

// DecodeCertificate reads one certificate, which must fill b exactly and be in
// its canonical form. It does not check the signature. Errors are of the
// classes ErrTruncated, ErrOversized, ErrVersion, ErrNotCanonical and ErrPrivilege.
func DecodeCertificate(b []byte) (*Certificate, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: empty certificate", ErrTruncated)
	}
	if b[0] != certificateVersion {
		return nil, fmt.Errorf("%w: certificate version %d", ErrVersion, b[0])
	}
	if len(b) < MinCertificate {
		return nil, fmt.Errorf("%w: certificate of %d bytes", ErrTruncated, len(b))
	}
	c := &Certificate{
		Operator: OperatorID(b[1:9]),
		Number:   Number(binary.BigEndian.Uint16(b[9:])),
		Rights:   Rights(b[11]),
		Kind:     Kind(b[12]),
		From:     clock.Day(binary.BigEndian.Uint16(b[13:])),
		Until:    clock.Day(binary.BigEndian.Uint16(b[15:])),
		Groups:   GroupSet(b[17:33]),
		Sign:     SignKey(b[33:65]),
		Box:      BoxKey(b[65:97]),
	}
	var err error
	if c.Name, c.Role, c.Signature, err = cutTail(b[certificateFixed:]); err != nil {
		return nil, err
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return c, nil
}

// cutTail reads what a certificate and a credential end with.
func cutTail(b []byte) (name, role string, signature [signatureSize]byte, err error) {
	if name, b, err = cutText(b, MaxName); err != nil {
		return "", "", signature, fmt.Errorf("name: %w", err)
	}
	if role, b, err = cutText(b, MaxRole); err != nil {
		return "", "", signature, fmt.Errorf("role: %w", err)
	}
	if len(b) != signatureSize {
		return "", "", signature, fmt.Errorf("%w: signature of %d bytes", lengthClass(len(b), signatureSize), len(b))
	}
	return name, role, [signatureSize]byte(b), nil
}

// cutText reads a length and that many bytes. A length above limit is told
// from a lack of bytes, so that the class does not depend on what follows.
func cutText(b []byte, limit int) (text string, rest []byte, err error) {
	if len(b) == 0 {
		return "", nil, fmt.Errorf("%w: no length", ErrTruncated)
	}
	n := int(b[0])
	if n > limit {
		return "", nil, fmt.Errorf("%w: %d bytes, at most %d", ErrNotCanonical, n, limit)
	}
	if len(b)-1 < n {
		return "", nil, fmt.Errorf("%w: %d bytes of %d", ErrTruncated, len(b)-1, n)
	}
	return string(b[1 : 1+n]), b[1+n:], nil
}
