// Package frame is what a radio carries in one go: a sealed envelope of one
// transmitter with one or more items for its neighbours.
//
// An outsider sees a length and random-looking bytes: source, destination and
// kind are encrypted. A frame that he makes, cuts, flips or repeats is refused
// before anything is done with it.
//
// # Layout
//
//	tag          6   truncated HMAC-SHA256, also the IV of the encryption
//	---------------- all that follows is encrypted -------------------------
//	first byte   1   bits 0-3 kind of the first item
//	                 bit 4    a transmitter follows the counter
//	                 bit 5    several items, each with its length
//	                 bits 6-7 version, 0
//	counter      2   low 16 of 32 bits, big-endian
//	transmitter  2   present iff bit 4, big-endian
//	items            one: its body to the end of the frame
//	                 several: uvarint length and body of the first, then kind
//	                 byte, uvarint length and body of each further one
//
// The transmitter is left out exactly when the first item is a bundle that
// the transmitter itself originated: it stands in the bundle already. Lengths
// are uvarints as in encoding/binary in their shortest form. Every frame has
// exactly one encoding; docs/spec/frame.md says the same in MUST language,
// with a ledger of bytes.
package frame

import (
	"encoding/binary"

	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Kind says what an item is. 13 to 15 are kept for later versions: Open hands
// them on, and a node counts them as unknown.
type Kind uint8

// The kinds of items. Vector is encoded by package routing, Bundle by package
// bundle, Variants by package mesh, the others here.
const (
	KindHello     Kind = iota // I am here, this is what I hold in short; see Hello
	KindVector                // which bundles of each origin the transmitter has
	KindBundle                // one whole bundle
	KindFragment              // a shard of one; see Fragment
	KindNeed                  // how many more of those are needed; see Need
	KindAccept                // custody taken; see Accept
	KindReceipt               // end-to-end proof of delivery; see Receipt
	KindKeyHello              // which key block is the newest here; see KeyHello
	KindKeyPart               // a part of a key block; see KeyPart
	KindKeyAsk                // which parts are missing; see KeyAsk
	KindChallenge             // prove that you are there, or the proof; see Challenge
	KindVariants              // which bundles of one number are in conflict
	KindHearing               // how well the transmitter hears whom; see Hearing
)

const maxKind Kind = 15

var kindNames = [...]string{
	"hello", "vector", "bundle", "fragment", "need", "accept", "receipt", "key hello", "key part", "key ask", "challenge", "variants", "hearing",
}

// bootstrap reports whether a kind travels under the bootstrap key and nothing
// else. What brings a node back that fell behind cannot wait for a link key; and
// revoked nodes, who hold the bootstrap key, can say nothing else with it.
func (k Kind) bootstrap() bool { return k >= KindKeyHello && k <= KindKeyAsk }

// carriesHigh reports whether a body begins with the high bits of the frame's
// counter.
func (k Kind) carriesHigh() bool { return k == KindHello || k == KindKeyHello }

// carries reports whether items of a kind may travel under a key.
func (k *Key) carries(kind Kind) bool { return kind.bootstrap() == k.bootstrap }

// String returns the kind's name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Item is one thing said in a frame.
type Item struct {
	Kind Kind
	Body []byte
}

// Frame is the content of one sealed frame.
type Frame struct {
	From    ident.Number // the transmitter, 1..ident.MaxNumber
	Counter uint32       // never used twice by one transmitter under one link key
	Items   []Item       // at least one
}

// Sizes in bytes.
const (
	TagSize = 6
	// MinSize is the shortest frame: tag, first byte, counter.
	MinSize = TagSize + 1 + 2
	// FirstOverhead is the most that the envelope adds to a single item.
	FirstOverhead = MinSize + 2
	// MaxSize is the longest frame: the largest MTU of any link.
	MaxSize = 32 << 10
)

// ItemOverhead returns what one of several items of bodyLen bytes costs beside
// its body: its kind and its length. The envelope of a frame with items
// a, b, c is at most FirstOverhead + ItemOverhead(a) + ItemOverhead(b) +
// ItemOverhead(c); Size is exact.
func ItemOverhead(bodyLen int) int { return 1 + uvarintLen(uint64(bodyLen)) }

// Size returns the exact length of the sealed frame.
func Size(f Frame) int {
	n := MinSize
	if !impliesTransmitter(f.Items[0], f.From) {
		n += 2
	}
	if len(f.Items) == 1 {
		return n + len(f.Items[0].Body)
	}
	for _, it := range f.Items {
		n += ItemOverhead(len(it.Body)) + len(it.Body)
	}
	return n - 1 // the first item's kind is in the first byte
}

// Bits of the first byte.
const (
	bitTransmitter = 1 << 4
	bitSeveral     = 1 << 5
	maskVersion    = 3 << 6
)

// bundleOrigin returns the origin that stands in bytes 1 and 2 of a bundle.
func bundleOrigin(body []byte) (ident.Number, bool) {
	if len(body) < 3 {
		return 0, false
	}
	return ident.Number(binary.BigEndian.Uint16(body[1:])), true
}

func impliesTransmitter(first Item, from ident.Number) bool {
	if first.Kind != KindBundle {
		return false
	}
	origin, ok := bundleOrigin(first.Body)
	return ok && origin == from
}

func uvarintLen(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}

// cutUvarint takes a uvarint in its shortest form from the front of b.
func cutUvarint(b []byte) (v uint64, rest []byte, ok bool) {
	v, n := binary.Uvarint(b)
	if n <= 0 || n != uvarintLen(v) {
		return 0, nil, false
	}
	return v, b[n:], true
}
