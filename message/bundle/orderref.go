package bundle

import (
	"encoding/binary"
	"fmt"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// OrderRef names an order beyond doubt: by its number, with the day in full, and
// by its very bytes, so that what is said of it holds for no other of its number.
//
//	2  origin
//	2  day
//	2  sequence number
//	8  first bytes of the SHA-256 of the order's bundle
//	2  person who says so, on shift at the device that signs; 0: the device alone
type OrderRef struct {
	ID     ID
	Hash   [8]byte
	Person ident.PersonNumber
}

const orderRefSize = 16

func (r OrderRef) append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(r.ID.Origin))
	dst = binary.BigEndian.AppendUint16(dst, uint16(r.ID.Day))
	dst = binary.BigEndian.AppendUint16(dst, r.ID.Seq)
	dst = append(dst, r.Hash[:]...)
	return binary.BigEndian.AppendUint16(dst, uint16(r.Person))
}

func orderRefOf(b []byte) OrderRef {
	return OrderRef{
		ID: ID{
			Origin: ident.Number(binary.BigEndian.Uint16(b)),
			Day:    clock.Day(binary.BigEndian.Uint16(b[2:])),
			Seq:    binary.BigEndian.Uint16(b[4:]),
		},
		Hash:   [8]byte(b[6:]),
		Person: ident.PersonNumber(binary.BigEndian.Uint16(b[14:])),
	}
}

func (r OrderRef) check() error {
	if !validNode(r.ID.Origin) {
		return fmt.Errorf("%w: order %v", ErrNotCanonical, r.ID)
	}
	return nil
}

// cutOrderRef reads a version, so many bytes, a reference and a text with its
// length, which must fill body.
func cutOrderRef(what string, version byte, extra int, body []byte) (head []byte, r OrderRef, text string, err error) {
	fixed := 1 + extra + orderRefSize + 1
	err = checkBody(what, version, fixed, body)
	if err == nil {
		err = fillsBody(what, fixed+int(body[fixed-1]), body)
	}
	if err != nil {
		return nil, r, "", err
	}
	return body[1 : 1+extra], orderRefOf(body[1+extra:]), string(body[fixed:]), nil
}
