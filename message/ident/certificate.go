package ident

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Rights is what a device may do beyond sending ordinary messages.
type Rights uint8

// The rights that a certificate can grant.
const (
	MayFlash      Rights = 1 << iota // send with precedence FLASH
	MayOrder                         // issue orders
	MayAdminister                    // send group secrets and settings
	MaySuspend                       // suspend a node until the authority decides

	allRights = MayFlash | MayOrder | MayAdminister | MaySuspend
)

// Has reports whether r holds all of the rights in want.
func (r Rights) Has(want Rights) bool { return r&want == want }

// Certificate ties a device's keys to its number, name, role and rights.
type Certificate struct {
	Operator  OperatorID
	Number    Number
	Name      string // 1..MaxName bytes, see CheckText
	Role      string // 0..MaxRole bytes
	Rights    Rights
	Sign      SignKey
	Box       BoxKey
	From      clock.Day // first day of validity
	Until     clock.Day // last day of validity; the day after, people are warned, nothing stops
	Signature [64]byte  // the root key's, over SignedBytes
}

// Covers reports whether day lies within the validity. Expiry warns; only a
// revocation excludes, because a mesh that falls silent at midnight is worth
// less than one with an old certificate in it.
func (c *Certificate) Covers(day clock.Day) bool { return c.From <= day && day <= c.Until }

// Check reports the first field that no certificate can hold, or nil.
func (c *Certificate) Check() error {
	switch {
	case c.Number == 0 || c.Number > MaxNumber:
		return fmt.Errorf("%w: node number %d", ErrNotCanonical, c.Number)
	case c.Rights&^allRights != 0:
		return fmt.Errorf("%w: rights %#02x", ErrNotCanonical, uint8(c.Rights))
	case c.From > c.Until:
		return fmt.Errorf("%w: valid from day %d until day %d", ErrNotCanonical, c.From, c.Until)
	case len(c.Name) == 0:
		return fmt.Errorf("%w: empty name", ErrNotCanonical)
	}
	if err := CheckText(c.Name, MaxName); err != nil {
		return fmt.Errorf("name: %w", err)
	}
	if err := CheckText(c.Role, MaxRole); err != nil {
		return fmt.Errorf("role: %w", err)
	}
	return nil
}

// SignedBytes returns what the root key signs: a label and the encoding up to
// the signature. Like Encode it panics where Check fails.
//
// Safe here because the encoding is canonical and begins with fixed fields, and
// every text carries its length: two certificates never share these bytes. The
// label ends with a NUL, so nothing else that the root key signs begins alike.
func (c *Certificate) SignedBytes() []byte {
	return c.appendBody([]byte(LabelCertificate))
}

// Verify reports whether c can be a certificate and root signed it: nil,
// ErrNotCanonical or ErrBadSignature. It does not look at the validity (see
// Covers), nor at the operator, which Roster compares.
func (c *Certificate) Verify(v Verifier, root SignKey) error {
	if err := c.Check(); err != nil {
		return err
	}
	if !v.Verify(root, c.SignedBytes(), c.Signature[:]) {
		return fmt.Errorf("%w: certificate of %v, root key %v", ErrBadSignature, c.Number, root)
	}
	return nil
}
