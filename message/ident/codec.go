package ident

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

const (
	certificateVersion = 1
	certificateFixed   = 80 // bytes in front of the name's length
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
	dst = append(dst, byte(c.Rights))
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.From))
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.Until))
	dst = append(dst, c.Sign[:]...)
	dst = append(dst, c.Box[:]...)
	dst = append(dst, byte(len(c.Name)))
	dst = append(dst, c.Name...)
	dst = append(dst, byte(len(c.Role)))
	return append(dst, c.Role...)
}

// DecodeCertificate reads one certificate, which must fill b exactly and be in
// its canonical form. It does not check the signature. Errors are of the
// classes ErrTruncated, ErrOversized, ErrVersion and ErrNotCanonical.
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
		From:     clock.Day(binary.BigEndian.Uint16(b[12:])),
		Until:    clock.Day(binary.BigEndian.Uint16(b[14:])),
		Sign:     SignKey(b[16:48]),
		Box:      BoxKey(b[48:80]),
	}
	rest := b[certificateFixed:]
	var err error
	if c.Name, rest, err = cutText(rest, MaxName); err != nil {
		return nil, fmt.Errorf("name: %w", err)
	}
	if c.Role, rest, err = cutText(rest, MaxRole); err != nil {
		return nil, fmt.Errorf("role: %w", err)
	}
	if len(rest) != signatureSize {
		return nil, fmt.Errorf("%w: signature of %d bytes", lengthClass(len(rest), signatureSize), len(rest))
	}
	c.Signature = [signatureSize]byte(rest)
	if err := c.Check(); err != nil {
		return nil, err
	}
	return c, nil
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
