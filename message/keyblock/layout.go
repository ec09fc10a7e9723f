package keyblock

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Sizes of the encoding.
const (
	MaxPart  = 204                       // bytes of a part; with serial, index and envelope a frame of 220
	MaxParts = 256                       // of a block
	MaxBlock = 4 + MaxParts*MaxPart      // bytes of a whole block
	MinHead  = headFixed + signatureSize // bytes of the shortest part 0

	version       = 1
	headFixed     = 1 + 2 + 2 + 1 + 2 + 2 + 1 + SaltSize + CheckSize
	signatureSize = 64
	digestSize    = 8
	maxInline     = 16 // revoked numbers that stand in part 0
	maxDirect     = 10 // parts whose digests all stand in part 0
	perList       = 25 // digests in a part that is a list
)

// lists returns how many of the further parts are lists of digests, and how
// many digests stand in part 0.
func lists(further int) (lists, direct int) {
	if further <= maxDirect {
		return 0, further
	}
	n := (further + perList) / (perList + 1)
	return n, n
}

// listLength is the number of digests in list part i, 1 <= i <= lists.
func listLength(further, lists, i int) int {
	return min(perList, further-lists-(i-1)*perList)
}

// headRoom is how much of the body fits into part 0.
func headRoom(revoked, further int) int {
	_, direct := lists(further)
	return MaxPart - headFixed - listField(revoked) - digestSize*direct - signatureSize
}

// listField is the length of what part 0 holds of the revoked numbers.
func listField(revoked int) int {
	if revoked <= maxInline {
		return 2 * revoked
	}
	return sha256.Size
}

// countParts returns the smallest number of further parts that a body needs.
func countParts(revoked, body int) (int, error) {
	for further := range MaxParts {
		n, _ := lists(further)
		if headRoom(revoked, further)+(further-n)*MaxPart >= body {
			return further, nil
		}
	}
	return 0, fmt.Errorf("%w: %d revoked numbers and wraps of %d bytes together; begin a new generation", ErrOversized, revoked, body)
}

func appendNumbers(dst []byte, numbers []ident.Number) []byte {
	for _, n := range numbers {
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	}
	return dst
}

// layout cuts the block into its parts. The errors are checkHead's,
// ErrNotCanonical for a number of wraps that is not the cover's, and ErrOversized.
func (b *Block) layout() ([][]byte, error) {
	if err := b.checkHead(); err != nil {
		return nil, err
	}
	if want := coverSize(b.Height, b.Top, b.Revoked); want != len(b.Wraps) {
		return nil, fmt.Errorf("%w: %d wraps for a cover of %d", ErrNotCanonical, len(b.Wraps), want)
	}
	numbers := appendNumbers(nil, b.Revoked)
	field, body := numbers, []byte(nil)
	if len(b.Revoked) > maxInline {
		sum := sha256.Sum256(numbers)
		field, body = sum[:], numbers
	}
	for i := range b.Wraps {
		body = append(body, b.Wraps[i][:]...)
	}
	further, err := countParts(len(b.Revoked), len(body))
	if err != nil {
		return nil, err
	}
	inHead := min(len(body), headRoom(len(b.Revoked), further))
	nLists, direct := lists(further)
	parts := make([][]byte, 1+nLists, 1+further)
	for chunk := range slices.Chunk(body[inHead:], MaxPart) {
		parts = append(parts, chunk)
	}
	digests := b.digests(parts)
	for i := 1; i <= nLists; i++ {
		from := (nLists + (i-1)*perList) * digestSize // part nLists+1 has the digest at nLists
		parts[i] = digests[from : from+listLength(further, nLists, i)*digestSize]
	}
	digests = b.digests(parts)

	head := append(b.headFields(further), field...)
	head = append(head, digests[:direct*digestSize]...)
	head = append(head, body[:inHead]...)
	parts[0] = append(head, b.Signature[:]...)
	return parts, nil
}

func (b *Block) headFields(further int) []byte {
	head := append(make([]byte, 0, MaxPart), version)
	head = binary.BigEndian.AppendUint16(head, uint16(b.First))
	head = binary.BigEndian.AppendUint16(head, b.Generation)
	head = append(head, b.Height)
	head = binary.BigEndian.AppendUint16(head, uint16(b.Top))
	head = binary.BigEndian.AppendUint16(head, uint16(len(b.Revoked)))
	head = append(head, byte(further))
	return append(append(head, b.Salt[:]...), b.Check[:]...)
}

// digests returns the digests of parts 1 and up.
func (b *Block) digests(parts [][]byte) []byte {
	var out []byte
	for i, part := range parts[1:] {
		digest := partDigest(b.Serial, b.Salt, i+1, part)
		out = append(out, digest[:]...)
	}
	return out
}

// partDigest is the digest of part index.
//
// Safe here with 8 bytes: to pass another part off takes a second preimage,
// about 2^64 hashes for each block, since serial and salt are hashed with it,
// and cannot be prepared. What it would win is a node whose block does not open
// (the check value says so) and that asks again: a nuisance that jamming gives
// for less. Nothing secret and no list of revoked numbers hangs on it.
func partDigest(serial uint32, salt [SaltSize]byte, index int, part []byte) [digestSize]byte {
	in := binary.BigEndian.AppendUint32([]byte(labelPart), serial)
	in = append(append(in, salt[:]...), byte(index))
	sum := sha256.Sum256(append(in, part...))
	return [digestSize]byte(sum[:])
}

func (b *Block) mustLayout() [][]byte {
	parts, err := b.layout()
	if err != nil {
		panic("keyblock: " + err.Error())
	}
	return parts
}

// Encode returns the whole block as it stands in a file: serial 4, all parts. It
// panics for a block that neither Make nor Decode returns.
func (b *Block) Encode() []byte {
	out := binary.BigEndian.AppendUint32(nil, b.Serial)
	return append(out, bytes.Join(b.mustLayout(), nil)...)
}
