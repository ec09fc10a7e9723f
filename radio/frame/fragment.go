package frame

import (
	"crypto/sha256"
	"encoding/binary"
)

// MaxFragments bounds the pieces of one bundle: 16 KiB in pieces of 16 bytes.
const MaxFragments = 1024

// Fragment is one piece of a bundle that does not fit into a frame.
//
//	transfer 2 | index uvarint | count uvarint | data
type Fragment struct {
	Transfer uint16 // names the bundle between two neighbours: TransferOf
	Index    int    // 0..Count-1
	Count    int    // 1..MaxFragments
	Data     []byte // at least one byte; the same length in all but the last, which may be shorter
}

// TransferOf returns the name under which the pieces of a bundle travel: the
// first two bytes of its SHA-256.
func TransferOf(bundle []byte) uint16 {
	sum := sha256.Sum256(bundle)
	return binary.BigEndian.Uint16(sum[:])
}

// Append encodes f behind dst.
func (f Fragment) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, f.Transfer)
	dst = binary.AppendUvarint(dst, uint64(f.Index))
	dst = binary.AppendUvarint(dst, uint64(f.Count))
	return append(dst, f.Data...)
}

// DecodeFragment decodes the body of a KindFragment item. Data aliases body.
func DecodeFragment(body []byte) (Fragment, error) {
	if len(body) < 2+1+1+1 {
		return Fragment{}, ErrTruncated
	}
	transfer := binary.BigEndian.Uint16(body)
	index, rest, ok := cutUvarint(body[2:])
	if !ok {
		return Fragment{}, ErrMalformed
	}
	count, data, ok := cutUvarint(rest)
	switch {
	case !ok:
		return Fragment{}, ErrMalformed
	case count > MaxFragments:
		return Fragment{}, ErrOversized
	case index >= count:
		return Fragment{}, ErrMalformed
	case len(data) == 0:
		return Fragment{}, ErrTruncated
	}
	return Fragment{Transfer: transfer, Index: int(index), Count: int(count), Data: data}, nil
}

// Split cuts a bundle into fragments whose encodings take at most room bytes
// each. The pieces are as even as they can be, so that length and count alone
// tell the layout, and pieces sent again under another frame size of the same
// count still fit together. It returns nil if the bundle is empty or would
// need more than MaxFragments. The pieces alias the bundle.
func Split(bundle []byte, room int) []Fragment {
	count := countFor(len(bundle), room)
	if count == 0 {
		return nil
	}
	size := (len(bundle) + count - 1) / count
	count = (len(bundle) + size - 1) / size
	transfer := TransferOf(bundle)
	out := make([]Fragment, 0, count)
	for i := range count {
		end := min((i+1)*size, len(bundle))
		out = append(out, Fragment{Transfer: transfer, Index: i, Count: count, Data: bundle[i*size : end : end]})
	}
	return out
}

// countFor returns how many pieces a bundle of n bytes needs, or 0.
func countFor(n, room int) int {
	// Index and count take one byte each up to 127 pieces, two each beyond.
	for _, varints := range [...]int{2, 4} {
		size := room - 2 - varints
		if size < 1 || n < 1 {
			return 0
		}
		count := (n + size - 1) / size
		if varints == 2 && count > 127 {
			continue
		}
		if count > MaxFragments {
			return 0
		}
		return count
	}
	return 0
}
