package bundle

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
)

// MaxReceipts is the largest number of IDs in one body of receipts.
const MaxReceipts = MaxBody / IDSize

// AppendReceipts appends the body of a ContentReceipts: the IDs of bundles that
// were delivered, IDSize bytes each with epoch 0, ascending by these bytes,
// each once. ids may come in any order, is not changed, and has at most
// MaxReceipts elements. The bundle that carries the list authenticates it.
func AppendReceipts(dst []byte, ids []ID) []byte {
	encoded := make([][IDSize]byte, len(ids))
	for i, id := range ids {
		id.Append(encoded[i][:0], 0)
	}
	slices.SortFunc(encoded, func(a, b [IDSize]byte) int { return bytes.Compare(a[:], b[:]) })
	for _, e := range slices.Compact(encoded) {
		dst = append(dst, e[:]...)
	}
	return dst
}

// DecodeReceipts reads what AppendReceipts wrote for at least one ID. Errors:
// ErrTruncated, ErrOversized, ErrNotCanonical.
func DecodeReceipts(body []byte, today clock.Day) ([]ID, error) {
	switch {
	case len(body) == 0 || len(body)%IDSize != 0:
		return nil, fmt.Errorf("%w: receipts of %d bytes", ErrTruncated, len(body))
	case len(body) > MaxReceipts*IDSize:
		return nil, fmt.Errorf("%w: receipts of %d bytes, at most %d", ErrOversized, len(body), MaxReceipts*IDSize)
	}
	ids := make([]ID, 0, len(body)/IDSize)
	for at := 0; at < len(body); at += IDSize {
		id, epoch, err := DecodeID(body[at:at+IDSize], today)
		if err != nil {
			return nil, err
		}
		if epoch != 0 {
			return nil, fmt.Errorf("%w: receipt %v with epoch %d", ErrNotCanonical, id, epoch)
		}
		if at > 0 && bytes.Compare(body[at-IDSize:at], body[at:at+IDSize]) >= 0 {
			return nil, fmt.Errorf("%w: receipt %v is out of order", ErrNotCanonical, id)
		}
		ids = append(ids, id)
	}
	return ids, nil
}
