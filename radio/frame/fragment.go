package frame

import (
	"crypto/sha256"
	"encoding/binary"
)

// Fragment is one shard of a bundle that does not fit into a frame.
//
//	transfer 2 | count uvarint | index 1, or 2 if count > 64 | data
//
// An index below count is a piece of the bundle, any other one repairs it: see
// docs/spec/frame.md for what is in it.
type Fragment struct {
	Transfer uint16 // names the bundle between two neighbours: TransferOf
	Count    int    // pieces that the bundle was cut into, 1..MaxFragments
	Index    int
	Data     []byte // of the same length in all fragments of a transfer
}

// TransferOf returns the name under which the pieces of a bundle travel: the
// first two bytes of its SHA-256.
func TransferOf(bundle []byte) uint16 {
	sum := sha256.Sum256(bundle)
	return binary.BigEndian.Uint16(sum[:])
}

// fragmentHeader is what a fragment of so many data shards holds beside its data.
func fragmentHeader(count int) int {
	if count > maxBlockData {
		return 2 + uvarintLen(uint64(count)) + 2
	}
	return 2 + 1 + 1
}

// layout returns how the fragment's bundle is cut.
func (f Fragment) layout() layout { return layout{f.Count, len(f.Data)} }

// Append encodes f behind dst.
func (f Fragment) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, f.Transfer)
	dst = binary.AppendUvarint(dst, uint64(f.Count))
	if f.Count > maxBlockData {
		dst = append(dst, byte(f.Index>>8))
	}
	return append(append(dst, byte(f.Index)), f.Data...)
}

// DecodeFragment decodes the body of a KindFragment item. Data aliases body.
func DecodeFragment(body []byte) (Fragment, error) {
	if len(body) < fragmentHeader(1)+1 {
		return Fragment{}, ErrTruncated
	}
	f := Fragment{Transfer: binary.BigEndian.Uint16(body)}
	count, rest, ok := cutUvarint(body[2:])
	switch {
	case !ok || count == 0:
		return Fragment{}, ErrMalformed
	case count > MaxFragments:
		return Fragment{}, ErrOversized
	}
	f.Count = int(count)
	header := fragmentHeader(f.Count)
	if len(body) <= header {
		return Fragment{}, ErrTruncated
	}
	for _, b := range rest[:len(rest)-len(body)+header] {
		f.Index = f.Index<<8 | int(b)
	}
	f.Data = body[header:]
	if !f.layout().sound() {
		return Fragment{}, ErrOversized
	}
	if _, _, ok := f.layout().place(f.Index); !ok {
		return Fragment{}, ErrMalformed
	}
	return f, nil
}
