package bundle

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Destination is where a bundle goes: exactly one of the two is not zero.
type Destination struct {
	Node  ident.Number
	Group ident.GroupID
}

// Direct reports whether the destination is a node.
func (d Destination) Direct() bool { return d.Node != 0 }

// String returns "node 17" or "group 3".
func (d Destination) String() string {
	if d.Direct() {
		return fmt.Sprintf("node %d", d.Node)
	}
	return fmt.Sprintf("group %d", d.Group)
}

// Header is all that a bundle says about itself to those who carry it.
type Header struct {
	ID         ID
	Epoch      uint8 // of the keys that it is sealed with, 0..MaxEpoch; Compose sets it
	Precedence Precedence
	To         Destination
	Created    clock.Wall    // by the origin's clock, within ID.Day, in steps of 2 s
	Lifetime   time.Duration // after Created; 0 in Compose asks for the default
	Signed     bool          // the origin's signature is behind it
	NoReceipt  bool          // the origin wants no receipt
}

// Expires returns the moment at which the bundle is of no more use, by the
// origin's clock.
func (h *Header) Expires() clock.Wall { return h.Created.Add(h.Lifetime) }

const (
	createdStep  = 2 * time.Second
	createdUnits = uint16(24 * time.Hour / createdStep)

	flagPrecedence = 0x03
	flagDirect     = 0x04
	flagSigned     = 0x08
	flagNoReceipt  = 0x10
	flagLifetime   = 0x20
	versionShift   = 6

	keyIDStatic = 0 // key id of a direct bundle: the static keys of the two

	maxHeader = 1 + IDSize + 2 + 3 + 1
)

// fit checks what a caller asks for, and rounds Created down to its step and
// Lifetime up to what can be written.
func (h Header) fit() (Header, error) {
	switch {
	case !validNode(h.ID.Origin):
		return h, fmt.Errorf("%w: origin %v", ErrHeader, h.ID.Origin)
	case h.Epoch > MaxEpoch:
		return h, fmt.Errorf("%w: epoch %d", ErrHeader, h.Epoch)
	case h.Precedence >= Precedences:
		return h, fmt.Errorf("%w: %v", ErrHeader, h.Precedence)
	case (h.To.Node == 0) == (h.To.Group == 0):
		return h, fmt.Errorf("%w: destination is node %v and group %d, want one of the two", ErrHeader, h.To.Node, h.To.Group)
	case h.To.Node > ident.MaxNumber || h.To.Node == h.ID.Origin || h.To.Group > ident.MaxGroup:
		return h, fmt.Errorf("%w: destination %v of a message from %v", ErrHeader, h.To, h.ID.Origin)
	}
	offset := int64(h.Created - h.ID.Day.Start())
	units := offset / createdStep.Milliseconds()
	if offset < 0 || units >= int64(createdUnits) {
		return h, fmt.Errorf("%w: created at %v, which is not on day %d", ErrHeader, h.Created.Time(), h.ID.Day)
	}
	h.Created = h.ID.Day.Start().Add(time.Duration(units) * createdStep)
	lifetime, err := fitLifetime(h.Precedence, h.Lifetime)
	h.Lifetime = lifetime
	return h, err
}

// append writes the header, everything in front of the tag.
func (h *Header) append(dst []byte) []byte {
	flags := byte(h.Precedence) & flagPrecedence
	if h.To.Direct() {
		flags |= flagDirect
	}
	if h.Signed {
		flags |= flagSigned
	}
	if h.NoReceipt {
		flags |= flagNoReceipt
	}
	if h.Lifetime != DefaultLifetime(h.Precedence) {
		flags |= flagLifetime
	}
	dst = append(dst, flags)
	dst = h.ID.Append(dst, h.Epoch)
	units := int64(h.Created-h.ID.Day.Start()) / createdStep.Milliseconds()
	dst = binary.BigEndian.AppendUint16(dst, uint16(units))
	if h.To.Direct() {
		dst = binary.BigEndian.AppendUint16(dst, uint16(h.To.Node))
		dst = append(dst, keyIDStatic)
	} else {
		dst = append(dst, byte(h.To.Group))
	}
	return appendLifetime(dst, h.Precedence, h.Lifetime)
}

// headerSize returns the length of a header that begins with these flags.
func headerSize(flags byte) int {
	n := 1 + IDSize + 2 + 1
	if flags&flagDirect != 0 {
		n += 2
	}
	if flags&flagLifetime != 0 {
		n++
	}
	return n
}

// decodeHeader reads b, which has the length that headerSize says.
func decodeHeader(b []byte, today clock.Day) (h Header, err error) {
	flags := b[0]
	h.Precedence = Precedence(flags & flagPrecedence)
	h.Signed = flags&flagSigned != 0
	h.NoReceipt = flags&flagNoReceipt != 0
	if h.ID, h.Epoch, err = DecodeID(b[1:1+IDSize], today); err != nil {
		return h, err
	}
	units := binary.BigEndian.Uint16(b[6:])
	if units >= createdUnits {
		return h, fmt.Errorf("%w: created %d units into a day of %d", ErrNotCanonical, units, createdUnits)
	}
	h.Created = h.ID.Day.Start().Add(time.Duration(units) * createdStep)
	if h.To, err = decodeDestination(b[8:], flags, h.ID.Origin); err != nil {
		return h, err
	}
	h.Lifetime = DefaultLifetime(h.Precedence)
	if flags&flagLifetime != 0 {
		h.Lifetime, err = decodeLifetime(b[len(b)-1], h.Precedence)
	}
	return h, err
}

func decodeDestination(b []byte, flags byte, origin ident.Number) (Destination, error) {
	if flags&flagDirect == 0 {
		g := ident.GroupID(b[0])
		if g == 0 || g > ident.MaxGroup {
			return Destination{}, fmt.Errorf("%w: group %d", ErrNotCanonical, g)
		}
		return Destination{Group: g}, nil
	}
	n := ident.Number(binary.BigEndian.Uint16(b))
	if !validNode(n) || n == origin {
		return Destination{}, fmt.Errorf("%w: addressee %v of a message from %v", ErrNotCanonical, n, origin)
	}
	if b[2] != keyIDStatic {
		return Destination{}, fmt.Errorf("%w: key id %d", ErrNotCanonical, b[2])
	}
	return Destination{Node: n}, nil
}
