package bundle

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// Receipt says in a ContentReceipts that a bundle to a group was delivered.
type Receipt struct {
	ID    ID
	Check [CheckSize]byte // which of several bundles of that ID it was
}

// CheckSize is the length of a receipt's check in bytes. It is the beginning of a
// pair MAC over id and hash of the bundle, which the mesh makes. The tag of the
// bundle in which the receipts travel says with 8 bytes who wrote them; the check
// only tells apart what has one number. 3 bytes, because nobody but the two ends
// can compute it: who poses as the origin cannot search for a bundle that has
// the same, and each one he tries at random is seen by all.
const CheckSize = 3

// ReceiptSize is the length of an encoded Receipt in bytes.
const ReceiptSize = IDSize + CheckSize

// MaxReceipts is the largest number of receipts in one body.
const MaxReceipts = MaxBody / ReceiptSize

// AppendReceipts appends the body of a ContentReceipts: for each bundle that was
// delivered its ID with epoch 0 and the check, ascending by these bytes, each
// once. list may come in any order, is not changed, and has at most MaxReceipts
// elements. The bundle that carries the list authenticates it.
func AppendReceipts(dst []byte, list []Receipt) []byte {
	encoded := make([][ReceiptSize]byte, len(list))
	for i, r := range list {
		copy(r.ID.Append(encoded[i][:0], 0)[IDSize:ReceiptSize], r.Check[:])
	}
	slices.SortFunc(encoded, func(a, b [ReceiptSize]byte) int { return bytes.Compare(a[:], b[:]) })
	for _, e := range slices.Compact(encoded) {
		dst = append(dst, e[:]...)
	}
	return dst
}

// DecodeReceipts reads what AppendReceipts wrote for at least one receipt.
// Errors: ErrTruncated, ErrOversized, ErrNotCanonical.
func DecodeReceipts(body []byte, today clock.Day) ([]Receipt, error) {
	switch {
	case len(body) == 0 || len(body)%ReceiptSize != 0:
		return nil, fmt.Errorf("%w: receipts of %d bytes", ErrTruncated, len(body))
	case len(body) > MaxReceipts*ReceiptSize:
		return nil, fmt.Errorf("%w: receipts of %d bytes, at most %d", ErrOversized, len(body), MaxReceipts*ReceiptSize)
	}
	list := make([]Receipt, 0, len(body)/ReceiptSize)
	for at := 0; at < len(body); at += ReceiptSize {
		id, epoch, err := DecodeID(body[at:at+IDSize], today)
		if err != nil {
			return nil, err
		}
		if epoch != 0 {
			return nil, fmt.Errorf("%w: receipt %v with epoch %d", ErrNotCanonical, id, epoch)
		}
		if at > 0 && bytes.Compare(body[at-ReceiptSize:at], body[at:at+ReceiptSize]) >= 0 {
			return nil, fmt.Errorf("%w: receipt %v is out of order", ErrNotCanonical, id)
		}
		list = append(list, Receipt{ID: id, Check: [CheckSize]byte(body[at+IDSize:])})
	}
	return list, nil
}
