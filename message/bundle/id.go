package bundle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// IDSize is the length of an encoded ID with its epoch in bytes.
const IDSize = 5

// MaxEpoch is the largest epoch that fits its 3 bits.
const MaxEpoch = 7

// ID names a bundle: who made it, on which UTC day, and the how-manieth it was.
type ID struct {
	Origin ident.Number
	Day    clock.Day
	Seq    uint16
}

// Compare orders IDs by origin, then day, then sequence number.
func (id ID) Compare(other ID) int {
	return cmp.Or(
		cmp.Compare(id.Origin, other.Origin),
		cmp.Compare(id.Day, other.Day),
		cmp.Compare(id.Seq, other.Seq),
	)
}

// String returns origin, day and sequence number, as in "17/20416/3".
func (id ID) String() string {
	return fmt.Sprintf("%d/%d/%d", id.Origin, id.Day, id.Seq)
}

// ParseID reads what String returns, and nothing else.
func ParseID(s string) (ID, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return ID{}, fmt.Errorf("%w: id %q, want origin/day/sequence", ErrNotCanonical, s)
	}
	var v [3]uint16
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil || strconv.FormatUint(n, 10) != part {
			return ID{}, fmt.Errorf("%w: id %q, want origin/day/sequence", ErrNotCanonical, s)
		}
		v[i] = uint16(n)
	}
	id := ID{Origin: ident.Number(v[0]), Day: clock.Day(v[1]), Seq: v[2]}
	if !validNode(id.Origin) {
		return ID{}, fmt.Errorf("%w: id %q has origin %v", ErrNotCanonical, s, id.Origin)
	}
	return id, nil
}

// Append appends the IDSize bytes of id. Of the day 5 bits go in; epoch is 0..7.
func (id ID) Append(dst []byte, epoch uint8) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(id.Origin))
	dst = append(dst, byte(id.Day&31)<<3|epoch&MaxEpoch)
	return binary.BigEndian.AppendUint16(dst, id.Seq)
}

// DecodeID reads exactly IDSize bytes. The day becomes the one nearest to today
// that ends in the same 5 bits. Errors: ErrTruncated, ErrOversized, and
// ErrNotCanonical for an origin that is no node.
func DecodeID(b []byte, today clock.Day) (id ID, epoch uint8, err error) {
	if len(b) < IDSize {
		return ID{}, 0, fmt.Errorf("%w: id of %d bytes", ErrTruncated, len(b))
	}
	if len(b) > IDSize {
		return ID{}, 0, fmt.Errorf("%w: id of %d bytes", ErrOversized, len(b))
	}
	id = ID{
		Origin: ident.Number(binary.BigEndian.Uint16(b)),
		Day:    today.Nearest(b[2] >> 3),
		Seq:    binary.BigEndian.Uint16(b[3:]),
	}
	if !validNode(id.Origin) {
		return ID{}, 0, fmt.Errorf("%w: origin %v", ErrNotCanonical, id.Origin)
	}
	return id, b[2] & MaxEpoch, nil
}

func validNode(n ident.Number) bool { return n != 0 && n <= ident.MaxNumber }
