package bundle

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Act is the content of a bundle that administers the network or orders
// something. Its bundle is signed by its origin at once, outside the seal, so
// that every relay knows who did it before it passes it on.
type Act interface {
	Type() ContentType
	Check() error             // what the act cannot be, or nil: ErrNotCanonical
	Append(dst []byte) []byte // the body; panics where Check fails
	Right() ident.Rights      // what its origin must be granted; 0: nothing
	String() string           // what people read
}

// checkBody checks what the bodies of acts begin with: their version, and at least
// size bytes. Errors: ErrTruncated, ErrVersion.
func checkBody(what string, version byte, size int, body []byte) error {
	switch {
	case len(body) == 0:
		return fmt.Errorf("%w: empty %s", ErrTruncated, what)
	case body[0] != version:
		return fmt.Errorf("%w: %s version %d", ErrVersion, what, body[0])
	case len(body) < size:
		return fmt.Errorf("%w: %s of %d bytes", ErrTruncated, what, len(body))
	}
	return nil
}

// fillsBody checks that a body is as long as its fields say. Errors: ErrTruncated,
// ErrOversized.
func fillsBody(what string, size int, body []byte) error {
	switch {
	case len(body) < size:
		return fmt.Errorf("%w: %s of %d bytes", ErrTruncated, what, len(body))
	case len(body) > size:
		return fmt.Errorf("%w: %s of %d bytes", ErrOversized, what, len(body))
	}
	return nil
}

// SignedAlways says whether bundles of this content are signed by their origin
// whatever else holds.
func (t ContentType) SignedAlways() bool {
	switch t {
	case ContentHead, ContentSuspension, ContentTime, ContentOrder, ContentGroupSecret, ContentShift, ContentReadback, ContentCancellation, ContentRadioPlan:
		return true
	}
	return false
}

// ToNetwork says whether an act of this content goes to the group of the whole
// network, and to nobody else.
func (t ContentType) ToNetwork() bool {
	return t == ContentSuspension || t == ContentShift || t == ContentRadioPlan
}
