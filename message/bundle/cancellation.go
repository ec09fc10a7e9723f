package bundle

import (
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Cancellation is the body of a ContentCancellation: an order does not hold any
// more. It goes where the order went, signed, and is at least as urgent. It may
// be there first.
//
//	1    version, 1
//	16   the order, see OrderRef
//	1+n  length and text of the reason, up to MaxReason bytes
type Cancellation struct {
	OrderRef
	Reason string // see ident.CheckText; may be empty
}

const cancellationVersion = 1

// Check reports what cannot be, or nil: ErrNotCanonical.
func (c Cancellation) Check() error {
	if err := ident.CheckText(c.Reason, MaxReason); err != nil {
		return fmt.Errorf("%w: reason %q: %v", ErrNotCanonical, c.Reason, err)
	}
	return c.check()
}

// Type returns ContentCancellation.
func (Cancellation) Type() ContentType { return ContentCancellation }

// Right returns ident.MayOrder.
func (Cancellation) Right() ident.Rights { return ident.MayOrder }

// String says what is done, as in "cancels order 4/20781/2: wrong feeder".
func (c Cancellation) String() string {
	if c.Reason == "" {
		return "cancels order " + c.ID.String()
	}
	return "cancels order " + c.ID.String() + ": " + c.Reason
}

// Append appends the body. It panics where Check fails.
func (c Cancellation) Append(dst []byte) []byte {
	if err := c.Check(); err != nil {
		panic("bundle: encoding an impossible cancellation: " + err.Error())
	}
	dst = c.append(append(dst, cancellationVersion))
	return append(append(dst, byte(len(c.Reason))), c.Reason...)
}

// DecodeCancellation reads what Append wrote. Errors: ErrTruncated,
// ErrOversized, ErrVersion, ErrNotCanonical.
func DecodeCancellation(body []byte) (Cancellation, error) {
	_, ref, text, err := cutOrderRef("cancellation", cancellationVersion, 0, body)
	if err != nil {
		return Cancellation{}, err
	}
	c := Cancellation{OrderRef: ref, Reason: text}
	return c, c.Check()
}
