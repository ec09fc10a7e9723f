package bundle

import (
	"encoding/binary"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Bounds of an Order.
const (
	MaxOrderText  = 1000           // bytes
	MaxOrderValid = 24 * time.Hour // no order is valid for longer
	OrderValid    = 15 * time.Minute
)

// Order is the body of a ContentOrder: somebody with the right to order tells a
// node or a group to do something, now. Who reads it later than it is valid for,
// or cannot know how old it is, must not act on it.
//
//	1  version, 1
//	2  person who orders, on shift at the device that signs; 0: the device alone
//	2  for how many minutes after its creation it is valid, 1..1440
//	2  by how many seconds the sender's clock may be wrong; 65535: it does not know
//	n  text, UTF-8, 1..MaxOrderText bytes
type Order struct {
	Person ident.PersonNumber
	Valid  time.Duration // whole minutes
	Error  time.Duration // whole seconds; UnknownError: the sender does not know
	Text   string
}

const (
	orderVersion = 1
	orderFixed   = 7

	// UnknownError stands for a clock of which nothing is known, and for all that
	// is as bad: 18 hours.
	UnknownError = (1<<16 - 1) * time.Second
)

// Check reports what no order can be, or nil: ErrNotCanonical.
func (o Order) Check() error {
	switch {
	case o.Valid < time.Minute || o.Valid > MaxOrderValid || o.Valid%time.Minute != 0:
		return fmt.Errorf("%w: order that is valid for %v, at most %v", ErrNotCanonical, o.Valid, MaxOrderValid)
	case o.Error < 0 || o.Error > UnknownError || o.Error%time.Second != 0:
		return fmt.Errorf("%w: clock that may be wrong by %v", ErrNotCanonical, o.Error)
	case o.Text == "" || len(o.Text) > MaxOrderText || !utf8.ValidString(o.Text):
		return fmt.Errorf("%w: order of %d bytes, at most %d of UTF-8", ErrNotCanonical, len(o.Text), MaxOrderText)
	}
	return nil
}

// Type returns ContentOrder.
func (Order) Type() ContentType { return ContentOrder }

// Right returns ident.MayOrder.
func (Order) Right() ident.Rights { return ident.MayOrder }

// String returns the text.
func (o Order) String() string { return o.Text }

// Append appends the body. It panics where Check fails.
func (o Order) Append(dst []byte) []byte {
	if err := o.Check(); err != nil {
		panic("bundle: encoding an impossible order: " + err.Error())
	}
	dst = binary.BigEndian.AppendUint16(append(dst, orderVersion), uint16(o.Person))
	dst = binary.BigEndian.AppendUint16(dst, uint16(o.Valid/time.Minute))
	dst = binary.BigEndian.AppendUint16(dst, uint16(o.Error/time.Second))
	return append(dst, o.Text...)
}

// DecodeOrder reads what Append wrote. Errors: ErrTruncated, ErrVersion,
// ErrNotCanonical.
func DecodeOrder(body []byte) (Order, error) {
	if err := checkBody("order", orderVersion, orderFixed+1, body); err != nil {
		return Order{}, err
	}
	o := Order{
		Person: ident.PersonNumber(binary.BigEndian.Uint16(body[1:])),
		Valid:  time.Duration(binary.BigEndian.Uint16(body[3:])) * time.Minute,
		Error:  time.Duration(binary.BigEndian.Uint16(body[5:])) * time.Second,
		Text:   string(body[orderFixed:]),
	}
	return o, o.Check()
}
