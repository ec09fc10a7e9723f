package ident

import (
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Rights is what a device or a person may do beyond sending ordinary messages.
type Rights uint8

// The rights that a certificate can grant.
const (
	MayFlash      Rights = 1 << iota // send with precedence FLASH
	MayOrder                         // issue orders
	MayAdminister                    // send group secrets and settings
	MaySuspend                       // suspend a node until the authority decides

	allRights   = MayFlash | MayOrder | MayAdminister | MaySuspend
	guestRights = MayFlash
)

// Has reports whether r holds all of the rights in want.
func (r Rights) Has(want Rights) bool { return r&want == want }

// Kind is what sort of node a certificate is for. It is not a right: rights
// are granted and withdrawn, the kind says what the device is.
type Kind uint8

// The kinds. A node is at most one of them.
const (
	Guest        Kind = 1 << iota // a contractor or helper, for MaxGuestDays at most, in incident groups only
	FixedStation                  // stands still, has a sure clock, and may tell the time

	allKinds = Guest | FixedStation
)

// MaxGuestDays is how many UTC days the validity of a guest's certificate can
// span, the first and the last among them: 72 hours.
const MaxGuestDays = 3

// Certificate ties a device's keys to its number, name, role, rights and groups. Its
// expiry warns; only a revocation excludes, because a mesh that falls silent at
// midnight is worth less than one with an old certificate in it. Guests are the
// exception, see Ended.
type Certificate struct {
	Operator  OperatorID
	Number    Number
	Name      string // 1..MaxName bytes, see CheckText
	Role      string // 0..MaxRole bytes
	Rights    Rights
	Kind      Kind
	Groups    GroupSet // the groups that the node is in, without NetworkGroup
	Sign      SignKey
	Box       BoxKey
	From      clock.Day // first day of validity
	Until     clock.Day // last day of validity; the day after, people are warned, and guests are out
	Signature [64]byte  // the root key's, over SignedBytes
}

// IsGuest reports whether the certificate is a guest's.
func (c *Certificate) IsGuest() bool { return c.Kind&Guest != 0 }

// Ended reports whether this is a guest whose last day is surely past. A clock
// that is not sure ends nobody's stay: a laptop that believes it is next year
// must not fall out with the people who are to help it.
func (c *Certificate) Ended(now clock.Reading) bool {
	return c.IsGuest() && now.Surely(c.Until.Start().Add(24*time.Hour))
}

// In reports whether the certificate makes its node a member of g.
func (c *Certificate) In(g GroupID) bool { return g == NetworkGroup || c.Groups.Has(g) }

// Check reports the first field that no certificate can hold, or nil. What is
// well-formed but more than its kind may have is of class ErrPrivilege.
func (c *Certificate) Check() error {
	switch {
	case c.Number == 0 || c.Number > MaxNumber:
		return fmt.Errorf("%w: node number %d", ErrNotCanonical, c.Number)
	case c.Kind&^allKinds != 0 || c.Kind == Guest|FixedStation:
		return fmt.Errorf("%w: kind %#02x", ErrNotCanonical, uint8(c.Kind))
	case c.Groups.Has(0) || c.Groups.Has(NetworkGroup):
		return fmt.Errorf("%w: group 0 or %d among the groups", ErrNotCanonical, NetworkGroup)
	}
	if err := checkGrant(c.Rights, c.From, c.Until, c.Name, c.Role); err != nil {
		return err
	}
	if !c.IsGuest() {
		return nil
	}
	if c.Rights&^guestRights != 0 {
		return fmt.Errorf("%w: a guest with rights %#02x", ErrPrivilege, uint8(c.Rights))
	}
	if days := int(c.Until) - int(c.From) + 1; days > MaxGuestDays {
		return fmt.Errorf("%w: a guest for %d days, at most %d", ErrPrivilege, days, MaxGuestDays)
	}
	return nil
}

// checkGrant checks what certificates and credentials have in common.
func checkGrant(rights Rights, from, until clock.Day, name, role string) error {
	switch {
	case rights&^allRights != 0:
		return fmt.Errorf("%w: rights %#02x", ErrNotCanonical, uint8(rights))
	case from > until:
		return fmt.Errorf("%w: valid from day %d until day %d", ErrNotCanonical, from, until)
	case len(name) == 0:
		return fmt.Errorf("%w: empty name", ErrNotCanonical)
	}
	if err := CheckText(name, MaxName); err != nil {
		return fmt.Errorf("name: %w", err)
	}
	if err := CheckText(role, MaxRole); err != nil {
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
// ErrNotCanonical, ErrPrivilege or ErrBadSignature. It does not look at the
// validity, nor at the operator, which Roster compares.
func (c *Certificate) Verify(v Verifier, root SignKey) error {
	if err := c.Check(); err != nil {
		return err
	}
	if !v.Verify(root, c.SignedBytes(), c.Signature[:]) {
		return fmt.Errorf("%w: certificate of %v, root key %v", ErrBadSignature, c.Number, root)
	}
	return nil
}
