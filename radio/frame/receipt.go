package frame

import (
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Receipt proves that the addressee opened a direct bundle: T is the MAC that
// only the two ends know and whose hash is the bundle's tag, so that any relay
// can check it without a key (bundle.Bundle.ReceiptMatches).
//
//	bundle id 5 | T 8
type Receipt struct {
	ID bundle.ID
	T  [8]byte
}

// ReceiptSize is the length of a Receipt.
const ReceiptSize = bundle.IDSize + 8

// Append encodes r behind dst.
func (r Receipt) Append(dst []byte) []byte {
	return append(r.ID.Append(dst, epoch0), r.T[:]...)
}

// DecodeReceipt decodes the body of a KindReceipt item. Today expands the id's
// day, as in bundle.DecodeID.
func DecodeReceipt(body []byte, today clock.Day) (Receipt, error) {
	switch {
	case len(body) < ReceiptSize:
		return Receipt{}, ErrTruncated
	case len(body) > ReceiptSize:
		return Receipt{}, ErrOversized
	}
	id, epoch, err := bundle.DecodeID(body[:bundle.IDSize], today)
	if err != nil || epoch != epoch0 {
		return Receipt{}, ErrMalformed
	}
	return Receipt{ID: id, T: [8]byte(body[bundle.IDSize:])}, nil
}
