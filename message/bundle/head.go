package bundle

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/seal"
)

// A head signs in arrears what its origin wrote to a group without a signature:
// of a range of the origin's numbers of one day it says which are such bundles,
// and by one hash what they are. It is the body of a ContentHead in a signed
// bundle to the same group. It hangs on nothing before it: a lost head leaves
// its own messages unproven and no others.
//
//	0  days from the listed bundles' day to the head's own, 1 byte, 0..31
//	1  first number of the range 2
//	3  length of the range less 1, uvarint
//	   bitmap: bit i%8 of byte i/8 says that first + i is listed; bits behind the
//	   range are zero
//	   digest 32, if anything is listed
//
// Safe here: the digest is SHA-256 over a label and hashes of fixed length, and
// those cover every byte of their bundles. To make a head fit another bundle
// than its origin meant takes a second preimage. The origin signs the head's
// bundle, whose seal and signature bind origin, group and day; so a number in
// the range that is not listed is denied by its origin as much as a listed one is
// claimed.
type Head struct {
	Back   uint8    // days from the listed bundles' day to that of the head
	First  uint16   // first number of the range
	Span   int      // how many numbers it has, 1..MaxHeadSpan
	Listed []uint16 // the numbers of bundles in it, ascending
	Digest [32]byte // HeadDigest of the listed bundles; zero if there are none
}

// Limits of a head.
const (
	MaxHeadSpan = 2048
	MaxHeadBack = 31
	headFixed   = 3
)

// HeadDigest returns what a head says of bundles whose hashes, in ascending order
// of their numbers, are given.
func HeadDigest(hashes [][32]byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(seal.LabelHead))
	for i := range hashes {
		h.Write(hashes[i][:])
	}
	return [32]byte(h.Sum(nil))
}

// Last returns the last number of the range.
func (h *Head) Last() uint16 { return uint16(int(h.First) + h.Span - 1) }

// Lists reports whether a number is listed.
func (h *Head) Lists(seq uint16) bool {
	_, found := slices.BinarySearch(h.Listed, seq)
	return found
}

// Day returns the day of the listed bundles. own is the day of the head.
func (h *Head) Day(own clock.Day) clock.Day { return own - clock.Day(h.Back) }

// Append appends the body of a ContentHead. The fields must be in their ranges.
func (h *Head) Append(dst []byte) []byte {
	dst = append(dst, h.Back)
	dst = binary.BigEndian.AppendUint16(dst, h.First)
	dst = binary.AppendUvarint(dst, uint64(h.Span-1))
	bitmap := make([]byte, (h.Span+7)/8)
	for _, seq := range h.Listed {
		i := seq - h.First
		bitmap[i/8] |= 1 << (i % 8)
	}
	dst = append(dst, bitmap...)
	if len(h.Listed) > 0 {
		dst = append(dst, h.Digest[:]...)
	}
	return dst
}

// DecodeHead reads what Append wrote. own is the day of the bundle that it came
// in. Errors: ErrTruncated, ErrOversized, ErrNotCanonical.
func DecodeHead(body []byte, own clock.Day) (*Head, error) {
	if len(body) < headFixed+1 {
		return nil, fmt.Errorf("%w: head of %d bytes", ErrTruncated, len(body))
	}
	h := &Head{Back: body[0], First: binary.BigEndian.Uint16(body[1:])}
	if h.Back > MaxHeadBack || clock.Day(h.Back) > own {
		return nil, fmt.Errorf("%w: head over a day %d days before", ErrNotCanonical, h.Back)
	}
	span, n := binary.Uvarint(body[headFixed:])
	switch {
	case n == 0:
		return nil, fmt.Errorf("%w: head of %d bytes", ErrTruncated, len(body))
	case n < 0 || n > 1 && body[headFixed+n-1] == 0 || span >= MaxHeadSpan || int(h.First)+int(span) > 1<<16-1:
		return nil, fmt.Errorf("%w: head over %d numbers from %d on", ErrNotCanonical, span+1, h.First)
	}
	h.Span = int(span) + 1
	body = body[headFixed+n:]
	size := (h.Span + 7) / 8
	if len(body) < size {
		return nil, fmt.Errorf("%w: head with %d bytes of %d numbers", ErrTruncated, len(body), h.Span)
	}
	bitmap, body := body[:size], body[size:]
	for i := range size * 8 {
		if bitmap[i/8]&(1<<(i%8)) == 0 {
			continue
		}
		if i >= h.Span {
			return nil, fmt.Errorf("%w: head lists a number behind its range", ErrNotCanonical)
		}
		h.Listed = append(h.Listed, h.First+uint16(i))
	}
	want := 0
	if len(h.Listed) > 0 {
		want = len(h.Digest)
	}
	switch {
	case len(body) < want:
		return nil, fmt.Errorf("%w: head with a digest of %d bytes", ErrTruncated, len(body))
	case len(body) > want:
		return nil, fmt.Errorf("%w: %d bytes behind a head", ErrOversized, len(body)-want)
	}
	copy(h.Digest[:], body)
	return h, nil
}
